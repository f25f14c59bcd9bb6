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
import { type LastRuns, byCriterion, trustPage } from "./soak/page.ts";

const root = join(import.meta.dirname, "..");
const store = join(root, "docs/figures/trust.json");
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
const runs: Record<string, unknown> = existsSync(store) ? (JSON.parse(readFileSync(store, "utf8")) as Record<string, unknown>) : {};
let failed = false;
for (const id of wanted) {
  const files = criteria[id].tests.filter((file) => existsSync(join(root, file)));
  const missing = criteria[id].tests.filter((file) => !files.includes(file as never));
  if (missing.length > 0) console.error(`${id}: ${missing.join(", ")} is not there.`);
  if (files.length === 0) {
    failed = true;
    continue;
  }
  rmSync(figuresFile, { force: true });
  const whole = "whole_suite" in criteria[id];
  const projects = whole ? ["--project", "engine", "--project", "recorded"] : ["--project", "soak", ...files];
  const { status } = spawnSync(process.execPath, [join(root, "node_modules/vitest/vitest.mjs"), "run", ...projects], {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, ...(whole ? {} : { TRUST_SIZE: "full" }), TRUST_FIGURES: figuresFile },
  });
  const passed = status === 0 && missing.length === 0;
  failed ||= !passed;
  const figures = byCriterion(recorded()).get(id) ?? {};
  runs[id] = { figures, date, command: `npm run test:soak -- --only ${id}`, passed };
  // After each one, so that what a long run has shown is kept if it is stopped.
  writeFileSync(store, `${JSON.stringify(runs, undefined, 2)}\n`);
  writeFileSync(page, trustPage(runs as LastRuns));
}
rmSync(folder, { recursive: true });
if (failed) process.exitCode = 1;
