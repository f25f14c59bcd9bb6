import * as z from "zod";
import { command } from "../envelope.ts";

export const UnparkEvents = command(
  "social.unpark-events.v1",
  "Count parked events whose post is known by now, of one post or of all that are due, and give up the ones that waited too long.",
  z.strictObject({ post_id: z.uuid().optional() }),
  { post_id: "019e1b9a-7c00-7000-8000-0000000000a1" },
);
