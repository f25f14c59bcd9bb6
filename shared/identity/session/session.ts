import * as z from "zod";
import { newId, timestamp } from "../../kernel/fields.ts";
import { type Item, entity } from "../../kernel/table/entity.ts";
import { identity } from "../table.ts";

const seconds = (time: string): number => Math.floor(Date.parse(time) / 1000);

/** One sign-in and all tokens that follow from it by refreshing: a session family. README, "Sessions". */
export const Session = entity(identity, "Session", {
  fields: () => ({
    user_id: z.uuid(),
    id: newId,
    access_hash: z.string(),
    access_expires_at: timestamp,
    refresh_hash: z.string(),
    refresh_expires_at: timestamp,
    user_agent: z.string().max(300),
    ip: z.string().max(64),
    last_seen_at: timestamp,
    ended_at: timestamp.optional(),
    suspicious_activity: z.boolean().default(false),
  }),
  key: ["U#{user_id}#S", "{id}"],
  hidden: ["access_hash", "refresh_hash"],
  ttl: (session) => seconds(session.refresh_expires_at),
});
export type Session = Item<typeof Session>;

/** A refresh token that was exchanged. Seeing it again means that two hold it. */
export const UsedRefresh = entity(identity, "UsedRefresh", {
  fields: () => ({ user_id: z.uuid(), session_id: z.uuid(), hash: z.string(), expires_at: timestamp }),
  key: ["U#{user_id}#R#{session_id}#{hash}", "R"],
  ttl: (used) => seconds(used.expires_at),
});
