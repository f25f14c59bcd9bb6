import * as z from "zod";
import { id, timestamp } from "../../kernel/fields.ts";
import { type Item, entity } from "../../kernel/table/entity.ts";
import { soundcloud } from "../table.ts";

const KEPT_S = 30 * 24 * 3600;

/** What became of one message, by the id of the event that it tells, so that a repetition is known; kept 30 days. */
export const SlackPost = entity(soundcloud, "SlackPost", {
  fields: () => ({
    org_id: id,
    id,
    begun_at: timestamp,
    /** How often Slack put it off. */
    put_off: z.int().min(0).default(0),
    /** Until then Slack is left alone with it. */
    not_before: timestamp.optional(),
    ended_at: timestamp.optional(),
    /** Why it was not posted; missing once it was. */
    failure_code: z.string().max(60).optional(),
  }),
  key: ["{org_id}#SLP#{id}", "P"],
  ttl: ({ begun_at }) => Math.floor(Date.parse(begun_at) / 1000) + KEPT_S,
});
export type SlackPost = Item<typeof SlackPost>;
