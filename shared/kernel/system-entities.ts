import { outbox } from "./bus/outbox.ts";
import { idempotencyRecords } from "./http/idempotency.ts";
import { jobRuns } from "./schedule/job-run.ts";
import type { Table } from "./table/table.ts";

/** What every platform's table holds beside its own entities: idempotency records, the outbox, the runs of its jobs. */
export const systemEntities = <const G extends string>(table: Table<G | "gsi4">) => ({
  idempotency: idempotencyRecords(table),
  ...outbox(table as Table<"gsi4">),
  jobRuns: jobRuns(table),
});
