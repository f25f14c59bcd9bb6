import type { Write } from "../table/table.ts";
import type { ImportRun, RowOutcome } from "./import-fields.ts";

/** Rows as decided: what to store, and what they add to the import's counters. */
export interface Decided {
  readonly writes: readonly Write[];
  readonly tally: Tally;
}
export type Tally = Pick<ImportRun, "total_records" | "successful_imports" | "skipped" | "failed_imports" | "warnings" | "skipped_by_reason">;

interface Outcome {
  readonly outcome: RowOutcome;
  readonly reason?: string | undefined;
  readonly warnings?: readonly unknown[] | undefined;
}

export const tallyOf = (outcomes: readonly Outcome[]): Tally => {
  const count = (outcome: RowOutcome): number => outcomes.filter((one) => one.outcome === outcome).length;
  const skipped_by_reason: Record<string, number> = {};
  for (const { outcome, reason } of outcomes)
    if (outcome === "skipped" && reason !== undefined) skipped_by_reason[reason] = (skipped_by_reason[reason] ?? 0) + 1;
  return {
    total_records: outcomes.length,
    successful_imports: count("imported"),
    skipped: count("skipped"),
    failed_imports: count("error"),
    warnings: outcomes.reduce((sum, { warnings }) => sum + (warnings?.length ?? 0), 0),
    skipped_by_reason,
  };
};

/** The import's counters once these rows are added. */
export const added = (at: Tally, tally: Tally): Tally => {
  const skipped_by_reason = { ...at.skipped_by_reason };
  for (const [reason, count] of Object.entries(tally.skipped_by_reason)) skipped_by_reason[reason] = (skipped_by_reason[reason] ?? 0) + count;
  return {
    total_records: at.total_records + tally.total_records,
    successful_imports: at.successful_imports + tally.successful_imports,
    skipped: at.skipped + tally.skipped,
    failed_imports: at.failed_imports + tally.failed_imports,
    warnings: at.warnings + tally.warnings,
    skipped_by_reason,
  };
};
