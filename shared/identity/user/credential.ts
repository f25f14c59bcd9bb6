import * as z from "zod";
import { email, timestamp } from "../../kernel/fields.ts";
import { type Item, entity } from "../../kernel/table/entity.ts";
import { identity } from "../table.ts";

/** More sign-ins than this end the oldest session, so that all of a person's sessions fit one transaction. */
export const MAX_SESSIONS = 20;

/**
 * How a person signs in. Its key is the address, which makes addresses unique and lets a sign-in read as much for an
 * unknown address as for a known one. `session_ids` are the sessions that may still live; its version guards them:
 * a new session and a new password cannot miss each other.
 */
export const Credential = entity(identity, "Credential", {
  fields: () => ({
    email,
    user_id: z.uuid(),
    /** Addresses the events about this person. */
    personal_org_id: z.uuid(),
    password_hash: z.string(),
    password_changed_at: timestamp,
    verified: z.boolean().default(false),
    session_ids: z.array(z.uuid()).max(MAX_SESSIONS).default([]),
    last_sign_in_at: timestamp.optional(),
  }),
  key: ["C#{email}", "C"],
  hidden: ["password_hash"],
});
export type Credential = Item<typeof Credential>;
