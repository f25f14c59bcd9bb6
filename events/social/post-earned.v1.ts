import * as z from "zod";
import { event } from "../envelope.ts";

export const PostEarned = event(
  "social.post-earned.v1",
  "A conversion whose last touch was with this post was recorded, taken back or attributed anew: what the post has earned is another sum.",
  z.strictObject({ post_id: z.uuid(), conversion_id: z.uuid() }),
  { post_id: "019e1b9a-7c00-7000-8000-0000000000a1", conversion_id: "019e1b9a-7c00-7000-8000-0000000000c1" },
);
