import * as z from "zod";
import { event } from "../envelope.ts";

export const PostPublished = event(
  "social.post-published.v1",
  "A post has appeared on its network.",
  z.strictObject({ post_id: z.uuid(), platform: z.string().max(20), published_at: z.iso.datetime() }),
  { post_id: "019e1b9a-7c00-7000-8000-0000000000a1", platform: "instagram", published_at: "2026-11-20T18:00:04.000Z" },
);
