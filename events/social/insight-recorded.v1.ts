import * as z from "zod";
import { event } from "../envelope.ts";

export const InsightRecorded = event(
  "social.insight-recorded.v1",
  "It was noted what a network says of a post.",
  z.strictObject({ post_id: z.uuid(), day: z.iso.date() }),
  { post_id: "019e1b9a-7c00-7000-8000-0000000000a1", day: "2026-11-20" },
);
