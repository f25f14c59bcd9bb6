import * as z from "zod";
import { command } from "../envelope.ts";

export const RecordPostTopics = command(
  "social.record-post-topics.v1",
  "Count the hashtags and mentions of a post of the org that was published.",
  z.strictObject({ post_id: z.uuid() }),
  { post_id: "019e1b9a-7c00-7000-8000-0000000000a1" },
);
