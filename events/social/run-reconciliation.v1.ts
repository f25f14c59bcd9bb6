import * as z from "zod";
import { command } from "../envelope.ts";

export const RunReconciliation = command(
  "social.run-reconciliation.v1",
  "Recompute the counters of posts from the stored events of a day's month and the month before, and report what differs.",
  z.strictObject({ reconciliation_id: z.uuid(), date: z.iso.date() }),
  { reconciliation_id: "019e1b9a-7c00-7000-8000-0000000000c1", date: "2026-11-20" },
);
