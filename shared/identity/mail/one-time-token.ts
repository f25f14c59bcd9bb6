import * as z from "zod";
import { email, timestamp } from "../../kernel/fields.ts";
import { type Item, entity } from "../../kernel/table/entity.ts";
import { identity } from "../table.ts";

export const Purpose = z.enum(["verify_email", "reset_password", "accept_invitation"]);
export type Purpose = z.output<typeof Purpose>;

const DAY_S = 24 * 3600;

/**
 * What the link of one mail is worth. Its id is the mail command's, so that a repeated delivery finds the token it made
 * before; `sealed` is the token under the vault's key, and is gone once the mail was handed over.
 */
export const OneTimeToken = entity(identity, "OneTimeToken", {
  fields: () => ({
    id: z.uuid(),
    purpose: Purpose,
    user_id: z.uuid().optional(),
    email,
    org_id: z.uuid().optional(),
    invitation_id: z.uuid().optional(),
    hash: z.string(),
    sealed: z.string().optional(),
    issued_at: timestamp,
    expires_at: timestamp,
    used_at: timestamp.optional(),
  }),
  key: ["T#{id}", "T"],
  hidden: ["hash", "sealed"],
  ttl: (token) => Math.floor(Date.parse(token.expires_at) / 1000) + DAY_S,
});
export type OneTimeToken = Item<typeof OneTimeToken>;
