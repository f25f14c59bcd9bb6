import { describe, expect, it } from "vitest";
import { type Source, sources } from "./sources.ts";

const found = (files: readonly Source[], pattern: RegExp, of: (source: Source) => string = ({ code }) => code): string[] =>
  files.flatMap((source) =>
    of(source)
      .split("\n")
      .flatMap((line, at) => (pattern.test(line) ? [`${source.path}:${at + 1} ${line.trim().slice(0, 100)}`] : [])),
  );

/** Where time, chance, configuration and output must come through the context. */
const core = sources.filter(({ path }) => /^(shared\/(?!kernel\/)|functions\/|events\/)/.test(path));
/** The rules of this folder name what they forbid. */
const others = sources.filter(({ path }) => !path.startsWith("tests/architecture/"));

const banned: Readonly<Record<string, RegExp>> = {
  "the time": /\bnew Date\(\s*\)|\bDate\.now\b|\bperformance\.now\b/,
  chance: /\brandomUUID\b|\bMath\.random\b|\brandomBytes\b|\bcrypto\.getRandomValues\b/,
  "the environment": /\bprocess\.env\b/,
  "the console": /\bconsole\.\w/,
};

describe("what only the kernel does", () => {
  it.each(Object.entries(banned))("%s is read there alone", (_, pattern) => {
    expect(found(core, pattern)).toEqual([]);
  });
  it("the rules can fail", () => {
    for (const [line, pattern] of [
      ["const at = new Date();", banned["the time"]],
      ["id: randomUUID(),", banned["chance"]],
      ["process.env.X", banned["the environment"]],
      ["console.log(1)", banned["the console"]],
    ] as const)
      expect(found([{ path: "x.ts", text: line, code: line, imports: [] }], pattern!)).toHaveLength(1);
  });
});

describe("form", () => {
  it("zod is imported as a whole", () => {
    const wrong = sources.flatMap(({ path, imports }) =>
      imports.filter(({ to, statement }) => (to === "zod" && !/\* as z\b/.test(statement)) || to.startsWith("zod/")).map(() => path),
    );
    expect(wrong).toEqual([]);
  });
  it("no file hands on another's exports", () => {
    expect(sources.filter(({ imports }) => imports.some(({ statement, inside }) => inside && statement.startsWith("export"))).map(({ path }) => path)).toEqual(
      [],
    );
  });
  it("nothing is exported as default", () => {
    expect(
      found(
        others.filter(({ path }) => !path.endsWith(".config.ts")),
        /^export default\b/,
      ),
    ).toEqual([]);
  });
  it("there are no enums, namespaces or parameter properties", () => {
    expect(
      found(others, /^\s*(export )?(declare )?(const )?(enum|namespace)\s+\w+\s*\{|constructor\([^)]*\b(private|public|protected|readonly) \w+\??:/),
    ).toEqual([]);
  });
  it("files are named in kebab-case, with a suffix that says the role", () => {
    const name = /^[a-z0-9]+(-[a-z0-9]+)*(\.(routes|api|worker|schedule|stream|webhook|client|test|(model|property)\.test|d|v\d+))?\.ts$/;
    expect(sources.map(({ path }) => path).filter((path) => !name.test(path.split("/").at(-1)!))).toEqual([]);
  });
  it("tests lie in tests, entry points in functions", () => {
    const entry = /\.(api|worker|schedule|stream|webhook|routes)\.ts$/;
    const misplaced = sources
      .map(({ path }) => path)
      .filter((path) => (path.endsWith(".test.ts") && !path.startsWith("tests/")) || (entry.test(path) && !/^(functions|tests)\//.test(path)));
    expect(misplaced).toEqual([]);
  });
  it("names say what a thing is, not that it helps", () => {
    expect(
      sources
        .map(({ path }) => path)
        .filter(
          (path) =>
            /\b(utils?|helpers?|managers?|processors?|misc|common|info)\b(?=[^/]*\.ts$)/.test(path.split("/").at(-1)!) && !path.endsWith("common-passwords.ts"),
        ),
    ).toEqual([]);
  });
});

describe("what a reader elsewhere cannot follow", () => {
  it("paths of a machine, or outside of the repository", () => {
    expect(found(others, /(?<![\w.])\/(work|home|Users|root|tmp)\/|(\.\.\/)+shared\/(spec|seeds|reference|data|house)/, ({ text }) => text)).toEqual([]);
  });
  it("promises to come back", () => {
    expect(found(others, /\b(TODO|FIXME|XXX|HACK)\b/, ({ text }) => text)).toEqual([]);
  });
});
