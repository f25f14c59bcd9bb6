import * as z from "zod";
import { command } from "../envelope.ts";

export const RefreshPost = command(
  "social.refresh-post.v1",
  "Bring a post's daily figures, its place among the top content and its network's day up to what was counted.",
  z.strictObject({ post_id: z.uuid() }),
  { post_id: "019e1b9a-7c00-7000-8000-0000000000a1" },
);
