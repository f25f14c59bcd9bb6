import * as z from "zod";
import { event } from "../envelope.ts";

export const PostDeleted = event("social.post-deleted.v1", "A post was deleted here; the network may show it still.", z.strictObject({ post_id: z.uuid() }), {
  post_id: "019e1b9a-7c00-7000-8000-0000000000a1",
});
