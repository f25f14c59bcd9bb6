import * as z from "zod";
import { command } from "../envelope.ts";

export const EvaluateTrends = command(
  "social.evaluate-trends.v1",
  "Look which topics rise at an hour, on one network or on each.",
  z.strictObject({ hour: z.string().regex(/^\d{4}-\d{2}-\d{2}T\d{2}$/), platform: z.string().max(20).optional() }),
  { hour: "2026-11-20T18", platform: "instagram" },
);
