import * as z from "zod";
import { command } from "../envelope.ts";

export const CreateSchedules = command(
  "soundcloud.create-schedules.v1",
  "Schedule at Influence Planner what waits for it of one campaign or submission.",
  z.strictObject({ parent_id: z.uuid() }),
  { parent_id: "0199b1f0-7c00-7000-8000-000000000020" },
);
