import * as z from "zod";
import { command } from "../envelope.ts";

export const RemoveMentions = command(
  "social.remove-mentions.v1",
  "Take mentions out of the counts, also of the past: single ones, and all of persons, who are not counted any more.",
  z.strictObject({
    mentions: z.array(z.strictObject({ platform: z.string().max(20), id: z.string().min(1).max(150) })).max(100),
    persons: z.array(z.strictObject({ platform: z.string().max(20), platform_user_id: z.string().min(1).max(100) })).max(100),
    /** The second look, when everything has ended that had begun before the persons were flagged. */
    again: z.literal(true).optional(),
  }),
  {
    mentions: [{ platform: "instagram", id: "17900000000000001/hashtag/legday" }],
    persons: [{ platform: "instagram", platform_user_id: "1234567890" }],
  },
);
