import * as z from "zod";
import { command } from "../envelope.ts";

export const SendDigest = command(
  "soundcloud.send-digest.v1",
  "Queue every member's digest of an ISO week; continues at `after`.",
  z.strictObject({ week: z.string().regex(/^\d{4}-W\d{2}$/), after: z.json().optional() }),
  { week: "2026-W47" },
);
