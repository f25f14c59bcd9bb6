import * as z from "zod";
import { event } from "../envelope.ts";

export const ReconciliationRequested = event(
  "soundcloud.reconciliation-requested.v1",
  "A recomputation of the org's books was ordered.",
  z.strictObject({ reconciliation_id: z.uuid() }),
  { reconciliation_id: "0199b1f0-7c00-7000-8000-000000000001" },
);
