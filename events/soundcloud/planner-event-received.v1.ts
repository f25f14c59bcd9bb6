import * as z from "zod";
import { event } from "../envelope.ts";

export const PlannerEventReceived = event(
  "soundcloud.planner-event-received.v1",
  "Influence Planner called back about a schedule.",
  z.strictObject({ event_id: z.uuid() }),
  { event_id: "0199b1f0-7c00-7000-8000-000000000024" },
);
