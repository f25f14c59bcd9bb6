import * as z from "zod";
import type { Ctx } from "../../kernel/context.ts";
import { newToken, sha256 } from "../../kernel/crypto/tokens.ts";
import type { Session } from "./session.ts";
import { ACCESS_PREFIX, REFRESH_PREFIX } from "./token-prefixes.ts";

const ACCESS_S = 15 * 60;
const REFRESH_S = 30 * 24 * 3600;

/** What a client holds of a session. Neither token can be read again later. */
export const Tokens = z.strictObject({
  user_id: z.uuid(),
  session_id: z.uuid(),
  access_token: z.string(),
  access_expires_at: z.iso.datetime(),
  refresh_token: z.string(),
  refresh_expires_at: z.iso.datetime(),
});
export type Tokens = z.output<typeof Tokens>;

type Stored = Pick<Session, "access_hash" | "access_expires_at" | "refresh_hash" | "refresh_expires_at" | "last_seen_at">;

export const secondsFrom = (now: Date, seconds: number): string => new Date(now.getTime() + seconds * 1000).toISOString();

/** A fresh pair of tokens: what the client gets, and what the session stores of it. */
export const issueTokens = (ctx: Ctx, user_id: string, session_id: string): { tokens: Tokens; stored: Stored } => {
  const now = ctx.clock.now();
  const tokens: Tokens = {
    user_id,
    session_id,
    access_token: newToken(ctx.ids, ACCESS_PREFIX, user_id, session_id),
    access_expires_at: secondsFrom(now, ACCESS_S),
    refresh_token: newToken(ctx.ids, REFRESH_PREFIX, user_id, session_id),
    refresh_expires_at: secondsFrom(now, REFRESH_S),
  };
  const { access_expires_at, refresh_expires_at } = tokens;
  const hashes = { access_hash: sha256(tokens.access_token), refresh_hash: sha256(tokens.refresh_token) };
  return { tokens, stored: { ...hashes, access_expires_at, refresh_expires_at, last_seen_at: now.toISOString() } };
};
