import * as z from "zod";
import { event } from "../envelope.ts";

export const MetricsRefreshOrdered = event(
  "social.metrics-refresh-ordered.v1",
  "Somebody wants the daily metrics and leaderboards recomputed.",
  z.strictObject({ refresh_id: z.uuid() }),
  { refresh_id: "019e1b9a-7c00-7000-8000-0000000000a2" },
);
