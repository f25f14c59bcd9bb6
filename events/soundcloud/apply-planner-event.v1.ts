import * as z from "zod";
import { command } from "../envelope.ts";

export const ApplyPlannerEvent = command(
  "soundcloud.apply-planner-event.v1",
  "Apply a call-back of Influence Planner to its schedule.",
  z.strictObject({ event_id: z.uuid() }),
  { event_id: "0199b1f0-7c00-7000-8000-000000000024" },
);
