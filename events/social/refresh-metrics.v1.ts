import * as z from "zod";
import { command } from "../envelope.ts";

export const RefreshMetrics = command(
  "social.refresh-metrics.v1",
  "Recompute daily metrics and leaderboards from the posts' rows and report differences; with a date it is that night's run.",
  z.strictObject({ refresh_id: z.uuid(), date: z.iso.date().optional() }),
  { refresh_id: "019e1b9a-7c00-7000-8000-0000000000a2" },
);
