import * as z from "zod";
import { command } from "../envelope.ts";

const Mention = z.strictObject({
  /** The same for every delivery of one mention. */
  id: z.string().min(1).max(150),
  platform: z.string().max(20),
  topic_type: z.enum(["hashtag", "keyword", "mention"]),
  topic: z.string().min(1).max(100),
  at: z.iso.datetime(),
  platform_user_id: z.string().max(100).optional(),
  /** The org's post under or in which it stands. */
  post_id: z.uuid().optional(),
});

export const RecordMentions = command(
  "social.record-mentions.v1",
  "Count mentions of topics, each once by its id.",
  z.strictObject({ mentions: z.array(Mention).min(1).max(100) }),
  {
    mentions: [
      {
        id: "17900000000000001/hashtag/legday",
        platform: "instagram",
        topic_type: "hashtag",
        topic: "legday",
        at: "2026-11-20T18:00:04.000Z",
        platform_user_id: "1234567890",
      },
    ],
  },
);
