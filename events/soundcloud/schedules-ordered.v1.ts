import * as z from "zod";
import { event } from "../envelope.ts";

export const SchedulesOrdered = event(
  "soundcloud.schedules-ordered.v1",
  "Reposts of a campaign's or a submission's track are to be scheduled at Influence Planner.",
  z.strictObject({ parent_id: z.uuid() }),
  { parent_id: "0199b1f0-7c00-7000-8000-000000000020" },
);
