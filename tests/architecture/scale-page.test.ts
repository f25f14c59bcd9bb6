import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { auth } from "../../functions/identity/auth.routes.ts";
import { platforms } from "../../infra/platforms.ts";
import { stageNamed } from "../../infra/stage.ts";
import type { WorkerLambda } from "../../shared/kernel/lambda.ts";
import { patternsOf } from "../../shared/kernel/table/patterns.ts";
import { loadTables, root } from "../support/matrix/operations.ts";

const DAY_S = 86_400;
const page = readFileSync(join(root, "docs/scale.md"), "utf8");
const prod = stageNamed("prod");

const workers = platforms.flatMap(({ platform }) =>
  Object.entries(platform.lambdas).flatMap(([name, lambda]) => (lambda.trigger === "worker" ? [{ name, lambda }] : [])),
);
/** The declarations of a worker; two platforms may have one of the same name. */
const workersNamed = (name: string): readonly WorkerLambda[] => {
  const found = workers.filter((one) => one.name === name);
  if (found.length === 0) throw new Error(`docs/scale.md names the worker ${name}, which nobody declares.`);
  return found.map(({ lambda }) => lambda);
};
const number = (text: string): number => Number(text.replaceAll(",", ""));
const text = (value: number): string => value.toLocaleString("en-US");
/** The part of the page below a heading. */
const below = (heading: string): string => {
  const [, after] = page.split(`${heading}\n`);
  if (after === undefined) throw new Error(`docs/scale.md has no heading ${heading}.`);
  return after.split(/^#/m)[0]!;
};

describe("docs/scale.md says what is declared", () => {
  it("of SoundCloud: the rate, who calls, and the share of each function", () => {
    const callers = workers.filter(({ lambda }) => lambda.access.calls?.includes("soundcloud"));
    const environments = callers.reduce((sum, { lambda }) => sum + lambda.max_concurrency, 0);
    const { per_second } = prod.soundcloud;
    const each = (per_second / environments).toFixed(3);
    const [concurrency] = new Set(callers.map(({ lambda }) => lambda.max_concurrency));
    expect(new Set(callers.map(({ lambda }) => lambda.max_concurrency)).size).toBe(1);
    const share = Number(each) * concurrency! * DAY_S;

    expect(page).toContain(`SoundCloud, ${per_second} requests a second by our own rule`);
    expect(page).toContain(`by the ${environments} environments of the ${callers.length} functions that call it`);
    expect(page).toContain(`${text(per_second * DAY_S)} requests a day in all, ${text(Math.round(share))} by each function`);
    const told = below("### SoundCloud");
    expect(told).toContain(`${per_second} / ${environments} = ${each} times a second`);
    expect(told).toContain(`the ${concurrency} environments of a function have ${text(Math.round(share))} requests a day`);
    const rows = [...told.matchAll(/^\| `([\w-]+)` \| (\d+) \| .* \| ([\d,]+) orgs \|$/gm)].map(([, name, needs, orgs]) => ({
      name: name!,
      needs: number(needs!),
      orgs: number(orgs!),
    }));
    expect(rows.length).toBeGreaterThan(3);
    for (const { name, needs, orgs } of rows) expect([name, orgs]).toEqual([name, Math.floor(share / needs / 10) * 10]);
    expect(page).toContain(`from about ${text(Math.min(...rows.map(({ orgs }) => orgs)))} orgs on`);
    const needed = rows.reduce((sum, { needs }) => sum + needs, 0);
    expect(told).toContain(
      `an org needs ${needed} requests a day: shared by need instead of evenly, ${per_second} a second are enough for ${text((per_second * DAY_S) / needed)} orgs`,
    );
    const named = [...told.matchAll(/`([\w-]+)`/g)].map(([, name]) => name!);
    expect(callers.map(({ name }) => name).filter((name) => !named.includes(name))).toEqual([]);
    expect(rows.map(({ name }) => name).filter((name) => !callers.some((one) => one.name === name))).toEqual([]);
  });

  it("of workers: how many environments each may have, and what a batch holds", () => {
    const told = [...page.matchAll(/`max_concurrency` of `([\w-]+)`, (\d+)(?:, in batches of (\d+))?/g)].map(([, name, most, batch]) => ({
      name: name!,
      max_concurrency: Number(most),
      ...(batch === undefined ? {} : { batch_size: Number(batch) }),
    }));
    expect(told.length).toBeGreaterThan(5);
    for (const { name, ...said } of told) for (const lambda of workersNamed(name)) expect({ name, ...lambda }).toMatchObject({ name, ...said });
  });

  it("of the stage: our own throttle", () => {
    expect(page).toContain(`Our own throttle of ${text(prod.throttle.rate)} in \`infra/stage.ts\``);
  });

  it("of signing in: how often one address on the net may", () => {
    const { signIn, refreshSession } = auth.routes;
    for (const { rate_limit } of [signIn, refreshSession]) expect(rate_limit).toMatchObject({ by: "ip", per_seconds: 60 });
    expect(page).toContain(`${signIn.rate_limit!.max} sign-ins and ${refreshSession.rate_limit!.max} refreshes a minute`);
  });

  it("of keys: those that the tables have, with their shards", async () => {
    const tables = await loadTables();
    const keys = new Set(tables.flatMap(patternsOf).flatMap(({ name, pk }) => [name, pk]));
    const told = [...below("## Which keys get hot").matchAll(/^\| `([^`]+)`/gm)].map(([, key]) => key!);
    expect(told.length).toBeGreaterThan(15);
    expect(told.filter((key) => !keys.has(key))).toEqual([]);
  });
});

describe("docs/scale.md says what was measured", () => {
  const { cost } = JSON.parse(readFileSync(join(root, "docs/figures/performance.json"), "utf8")) as {
    cost: { figures: { id: string; value: number }[]; tables: { title: string; rows: Record<string, string | number>[] }[] };
  };
  const units = (operation: string): number => {
    const row = cost.tables.find(({ title }) => title === "One of each")!.rows.find((one) => one["operation"] === operation);
    return Number(row!["write units"]);
  };

  it("of a repost's price", () => {
    const [, usd] = /at about (\d+) USD a million reposts/.exec(page)!;
    const { value } = cost.figures.find(({ id }) => id === "cost_repost_usd_million")!;
    expect(Math.abs(Number(usd) / value - 1)).toBeLessThan(0.03);
  });

  it("of a repost's write units, from build to payment, and of what they come to", () => {
    const [, reposts] = /make ([\d.]+) million reposts/.exec(page)!;
    const parts = ["a queue's build, an assignment", "publication, an assignment", "a proof", "its verification and payment"].map(units);
    const total = Math.round(parts.reduce((sum, part) => sum + part, 0));
    const [build, publication, proof, verification] = parts.map(Math.round);
    expect(page).toContain(
      `about ${total} write units from build to payment (build ${build}, publication ${publication}, proof ${proof}, verification ${verification})`,
    );
    expect(page).toContain(
      `: ${Math.round(total * Number(reposts))} million a day, ${text(Math.round((total * Number(reposts) * 1e6) / DAY_S / 100) * 100)} a second on average`,
    );
  });
});
