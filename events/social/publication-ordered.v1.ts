import * as z from "zod";
import { event } from "../envelope.ts";

export const PublicationOrdered = event(
  "social.publication-ordered.v1",
  "Somebody wants a post to be published at once.",
  z.strictObject({ post_id: z.uuid() }),
  { post_id: "019e1b9a-7c00-7000-8000-0000000000a1" },
);
