import * as z from "zod";
import { command } from "../envelope.ts";

export const RunReconciliation = command(
  "soundcloud.run-reconciliation.v1",
  "Work on a reconciliation from its checkpoint on; with a date it is the nightly one of that day, and made when there is none.",
  z.strictObject({ reconciliation_id: z.uuid(), date: z.iso.date().optional() }),
  { reconciliation_id: "0199b1f0-7c00-7000-8000-000000000001" },
);
