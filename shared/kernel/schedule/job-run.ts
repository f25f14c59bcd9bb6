import * as z from "zod";
import { entity } from "../table/entity.ts";
import type { Table } from "../table/table.ts";

const KEEP_S = 400 * 24 * 3600;

/** One run of a job for one period: how far it has come, and whether it is done. Global, not of any org. */
export const jobRuns = (table: Table) =>
  entity(table, "JobRun", {
    fields: () => ({
      job: z.string(),
      period: z.string(),
      status: z.enum(["running", "completed"]).default("running"),
      scheduled_at: z.iso.datetime(),
      /** Where the next page of orgs begins, as JSON; absent before the first page and after the last. */
      position: z.string().optional(),
      /** Orgs that have been sent their command. */
      orgs: z.int().default(0),
      completed_at: z.iso.datetime().optional(),
    }),
    key: ["JOB#{job}", "{period}"],
    immutable: ["scheduled_at"],
    ttl: (run) => Math.floor(Date.parse(run.scheduled_at) / 1000) + KEEP_S,
  });
export type JobRuns = ReturnType<typeof jobRuns>;
export type JobRun = Awaited<ReturnType<JobRuns["get"]>>;
