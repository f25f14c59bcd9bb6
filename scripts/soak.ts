/**
 * The tests of trust at full size: `npm run test:soak`, or some of them with `-- --only R1,S4`. Keeps the figures of
 * each criterion's last run in docs/figures/trust.json and writes docs/trust.md from them.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import type { Recorded } from "../tests/support/figures.ts";
import { type CriterionId, criteria } from "./soak/criteria.ts";
import { STORE, digestOf, lastRuns } from "./soak/last-runs.ts";
import { byCriterion, trustPage } from "./soak/page.ts";

const root = join(import.meta.dirname, "..");
const page = join(root, "docs/trust.md");

const { only } = new Command().option("--only <ids>", "criteria to run, separated by commas: R1,S4").parse().opts<{ only?: string }>();
const wanted = (only === undefined ? Object.keys(criteria) : only.split(",")) as CriterionId[];
const unknown = wanted.filter((id) => !(id in criteria));
if (unknown.length > 0) throw new Error(`There is no criterion ${unknown.join(", ")}. Choose from ${Object.keys(criteria).join(", ")}.`);

const folder = mkdtempSync(join(tmpdir(), "groundswell-soak-"));
const figuresFile = join(folder, "figures.ndjson");
const recorded = (): Recorded[] =>
  existsSync(figuresFile)
    ? readFileSync(figuresFile, "utf8")
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => JSON.parse(line) as Recorded)
    : [];

const date = new Date().toISOString().slice(0, 10);
const runs = { ...lastRuns() };
const isWhole = (id: CriterionId): boolean => "whole_suite" in criteria[id];

/** Runs the tests of some criteria in one go; true when they passed. */
const run = (ids: readonly CriterionId[]): boolean => {
  const all = [...new Set(ids.flatMap((id) => criteria[id].tests as readonly string[]))];
  const files = all.filter((file) => existsSync(join(root, file)));
  const missing = all.filter((file) => !files.includes(file));
  if (missing.length > 0) console.error(`${ids.join()}: ${missing.join(", ")} is not there.`);
  if (files.length === 0) return false;
  rmSync(figuresFile, { force: true });
  const whole = ids.some(isWhole);
  const projects = whole ? ["--project", "engine", "--project", "recorded"] : ["--project", "soak", ...files];
  const { status } = spawnSync(process.execPath, [join(root, "node_modules/vitest/vitest.mjs"), "run", ...projects], {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, ...(whole ? { TRUST_ENGINE: "dynamodb" } : { TRUST_SIZE: "full" }), TRUST_FIGURES: figuresFile },
  });
  return status === 0 && missing.length === 0;
};

// What the records of the whole suite show is shown by one run of it.
const batches = [wanted.filter(isWhole), ...wanted.filter((id) => !isWhole(id)).map((id) => [id])].filter((ids) => ids.length > 0);
for (const ids of batches) {
  const passed = run(ids);
  if (!passed) process.exitCode = 1;
  const found = byCriterion(recorded());
  // Tests that were skipped have shown nothing.
  for (const id of ids) {
    const command = `npm run test:soak -- --only ${id}`;
    runs[id] = { figures: found.get(id) ?? {}, date, command, passed: passed && found.has(id), shown_by: digestOf(id) };
  }
  // After each one, so that what a long run has shown is kept if it is stopped.
  writeFileSync(STORE, `${JSON.stringify(runs, undefined, 2)}\n`);
  writeFileSync(page, trustPage(runs));
}
rmSync(folder, { recursive: true });
