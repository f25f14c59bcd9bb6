import * as z from "zod";
import { id, timestamp } from "../../kernel/fields.ts";
import { type Item, entity } from "../../kernel/table/entity.ts";
import { soundcloud } from "../table.ts";

/** How the org's messages to Slack fare: one item per org, made by the first of them. README, Slack. */
export const SlackStatus = entity(soundcloud, "SlackStatus", {
  fields: () => ({
    org_id: id,
    last_success_at: timestamp.optional(),
    last_failure_at: timestamp.optional(),
    /** Slack's own word; `put_off` for what it put off for a day, `no_answer` for what it never answered. */
    last_failure_code: z.string().max(60).optional(),
    consecutive_failures: z.int().min(0).default(0),
  }),
  key: ["{org_id}#SLK", "SLK"],
});
export type SlackStatus = Item<typeof SlackStatus>;
