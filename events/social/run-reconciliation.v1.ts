import * as z from "zod";
import { command } from "../envelope.ts";

export const RunReconciliation = command(
  "social.run-reconciliation.v1",
  "Recompute the counters of posts from the stored events of a day's month and the month before, and report what differs.",
  z.strictObject({
    date: z.iso.date(),
    /** Where a run goes on whose time ran out: the month, the last post that was compared, and what differed so far. */
    after: z.strictObject({ month: z.string().max(7), post_id: z.uuid().optional(), compared: z.int().min(0), differences: z.int().min(0) }).optional(),
  }),
  { date: "2026-11-20" },
);
