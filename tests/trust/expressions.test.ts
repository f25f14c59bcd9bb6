import { globSync, readFileSync } from "node:fs";
import { parseSync } from "oxc-parser";
import { check } from "recheck";
import { describe, expect, it } from "vitest";
import { atSize, figures } from "../support/figures.ts";

interface Found {
  readonly where: string;
  /** Undefined when the expression is made of a text that is not in the source. */
  readonly expression: { readonly source: string; readonly flags: string } | undefined;
}

const nodesOf = function* (node: unknown): Generator<any> {
  if (typeof node !== "object" || node === null) return;
  if ("type" in node) yield node;
  for (const part of Object.values(node)) yield* nodesOf(part);
};

/** The regular expressions of a source: literals, and whatever is made with `RegExp(…)`. */
const expressionsOf = (file: string, source: string): Found[] => {
  const { program } = parseSync(file, source);
  return [...nodesOf(program)].flatMap((node): Found[] => {
    const where = `${file}:${source.slice(0, node.start).split("\n").length}`;
    if (node.type === "Literal" && node.regex) return [{ where, expression: { source: node.regex.pattern, flags: node.regex.flags } }];
    if (/^(New|Call)Expression$/.test(node.type) && node.callee.name === "RegExp") return [{ where, expression: undefined }];
    return [];
  });
};

const LENGTH = 2_000;
const MOST_MS = 10;
const TRIES = 7;

interface Expression {
  readonly source: string;
  readonly flags: string;
}

/** The text of 2,000 characters that the analyser holds to be the worst for an expression; undefined when no text is bad. */
const worstTextFor = async ({ source, flags }: Expression): Promise<string | undefined> => {
  const result = await check(source, flags, { timeout: 180_000 });
  if (result.status === "safe") return undefined;
  if (result.status === "unknown") throw new Error(`/${source}/${flags} could not be analysed: ${JSON.stringify(result.error)}. Write it simpler.`);
  const { pumps, suffix } = result.attack;
  const fixed = pumps.reduce((sum, { prefix }) => sum + prefix.length, suffix.length);
  const each = Math.floor((LENGTH - fixed) / pumps.length);
  return `${pumps.map(({ prefix, pump }) => prefix + pump.repeat(Math.floor(each / pump.length))).join("")}${suffix}`;
};

/** Milliseconds that an expression takes for its worst text: the shortest of some tries, since the machine may pause. */
const slowest = async (expression: Expression): Promise<number> => {
  const text = await worstTextFor(expression);
  if (text === undefined) return 0;
  let least = MOST_MS + 1;
  for (let n = 0; n < TRIES && least > MOST_MS && least < 1_000; n++) {
    const made = new RegExp(expression.source, expression.flags);
    const began = performance.now();
    made.test(text);
    const took = performance.now() - began;
    least = n === 0 ? took : Math.min(least, took);
  }
  return least;
};

const sources = globSync("{functions,shared,events}/**/*.ts").toSorted();
const all = sources.flatMap((file) => expressionsOf(file, readFileSync(file, "utf8")));
/** The analysis takes a while, so `npm test` looks at some of them. */
const looked = all.filter((_, at) => at % atSize({ test: 25, soak: 1 }) === 0);

describe("regular expressions", () => {
  it("are written down, none of them made from a text", () => {
    expect(all.filter(({ expression }) => expression === undefined).map(({ where }) => where)).toEqual([]);
    expect(all.length).toBeGreaterThan(60);
  });

  it(`take ${MOST_MS} ms at most for the worst ${LENGTH} characters`, { timeout: 1_800_000 }, async () => {
    const times: { where: string; expression: string; ms: number }[] = [];
    for (const { where, expression } of looked)
      times.push({ where, expression: `/${expression!.source}/${expression!.flags}`, ms: await slowest(expression!) });
    expect(times.filter(({ ms }) => ms > MOST_MS)).toEqual([]);
    figures("S16", { expressions: looked.length, characters: LENGTH, "slowest, ms": Math.max(...times.map(({ ms }) => ms)) });
  });

  it("are found out when they are dangerous", { timeout: 120_000 }, async () => {
    const [literal, made] = expressionsOf("x.ts", 'const a = b / c / d; const e = /^(?:\\s*\\s*\\s*)x$/u; const f = new RegExp(g); // /no/\nconst h = "/no/";');
    expect(await slowest(literal!.expression!)).toBeGreaterThan(MOST_MS);
    expect(made).toEqual({ where: "x.ts:1", expression: undefined });
  });
});
