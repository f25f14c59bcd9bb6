import * as z from "zod";
import { command } from "../envelope.ts";

export const PublishPost = command("social.publish-post.v1", "Publish a post that is due, once.", z.strictObject({ post_id: z.uuid() }), {
  post_id: "019e1b9a-7c00-7000-8000-0000000000a1",
});
