import * as z from "zod";
import { event } from "../envelope.ts";

export const ScheduleFailed = event(
  "soundcloud.schedule-failed.v1",
  "A repost scheduled at Influence Planner failed for good.",
  z.strictObject({ schedule_id: z.uuid(), parent_type: z.enum(["campaign", "submission"]), parent_id: z.uuid(), error_message: z.string() }),
  {
    schedule_id: "0199b1f0-7c00-7000-8000-000000000023",
    parent_type: "campaign",
    parent_id: "0199b1f0-7c00-7000-8000-000000000020",
    error_message: "The account was disconnected.",
  },
);
