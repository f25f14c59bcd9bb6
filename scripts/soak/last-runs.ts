import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Criterion, type CriterionId, criteria } from "./criteria.ts";

const root = join(import.meta.dirname, "../..");
/** Where the figures of each criterion's last run are kept. */
export const STORE = join(root, "docs/figures/trust.json");

/** The last full run of one criterion: what its tests counted, when, and by which command. */
export interface LastRun {
  readonly figures: Readonly<Record<string, number | string>>;
  readonly date: string;
  readonly command: string;
  readonly passed: boolean;
  /** `digestOf` the criterion when it ran. */
  readonly shown_by: string;
}
export type LastRuns = Readonly<Partial<Record<CriterionId, LastRun>>>;

export const lastRuns = (): LastRuns => (existsSync(STORE) ? (JSON.parse(readFileSync(STORE, "utf8")) as LastRuns) : {});

/** Differs as soon as a criterion's words or test files do: figures are shown by both. */
export const digestOf = (id: CriterionId): string => {
  const { criterion, tests }: Criterion = criteria[id];
  const hash = createHash("sha256").update(criterion);
  for (const file of tests) hash.update(readFileSync(join(root, file)));
  return hash.digest("hex").slice(0, 16);
};
