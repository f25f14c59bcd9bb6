import * as z from "zod";
import { command } from "../envelope.ts";

export const CaptureSnapshots = command(
  "soundcloud.capture-snapshots.v1",
  "Read today's counts of the tracks of all tracked parents, going on at `after`; or of one parent, with its baseline if that is wanted.",
  z.strictObject({
    after: z.strictObject({ source: z.int().min(0), position: z.json().optional() }).optional(),
    parent: z.strictObject({ parent_type: z.enum(["campaign", "submission"]), parent_id: z.uuid(), baseline: z.boolean().default(false) }).optional(),
  }),
  { parent: { parent_type: "campaign", parent_id: "0199b1f0-7c00-7000-8000-000000000020", baseline: true } },
);
