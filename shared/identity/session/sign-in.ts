import type { Ctx } from "../../kernel/context.ts";
import { DomainError, forbidden } from "../../kernel/errors.ts";
import { type Write, contend, transact } from "../../kernel/table/table.ts";
import { identity } from "../table.ts";
import { Credential, MAX_SESSIONS } from "../user/credential.ts";
import { endingWrites, liveSessions } from "./live-sessions.ts";
import type { Passwords } from "./passwords.ts";
import { Session } from "./session.ts";
import { giveBackSignInAttempt, takeSignInAttempt } from "./sign-in-window.ts";
import { type Tokens, issueTokens } from "./tokens.ts";

type SignInCtx = Ctx & { readonly passwords: Passwords };

const wrong = (): DomainError => new DomainError("unauthenticated", "wrong_credentials", "The address or the password is wrong.");

/**
 * Opens a session. An unknown address costs the same reads and one hash like a known one, and gets the same answer.
 * Throws DomainError `wrong_credentials`, `rate_limited` (ten failures in 15 minutes for the address or the IP), or,
 * only to whoever knows the password, `email_not_verified`.
 */
export const signIn = async (ctx: SignInCtx, given: { email: string; password: string }): Promise<Tokens> => {
  await takeSignInAttempt(ctx, given.email);
  const credential = await Credential.find(ctx, given, { consistent: true });
  const right = await ctx.passwords.verify(given.password, credential?.password_hash);
  if (!credential || !right) throw wrong();
  await giveBackSignInAttempt(ctx, given.email);
  if (!credential.verified) throw forbidden("email_not_verified", "Open the link in our mail first, or ask for a password reset to get a new one.");
  const rehashed = ctx.passwords.needsRehash(credential.password_hash) ? await ctx.passwords.hash(given.password) : undefined;
  return openSession(ctx, credential, rehashed);
};

const openSession = (ctx: Ctx, proven: Credential, rehashed: string | undefined): Promise<Tokens> => {
  let current: Credential | undefined = proven;
  return contend(async () => {
    current ??= await Credential.find(ctx, proven, { consistent: true });
    // The password that was proven must still be the one in force when the session is written.
    if (current?.password_hash !== proven.password_hash) throw wrong();
    const credential = current;
    current = undefined;
    const live = await liveSessions(ctx, credential);
    const kept = live.slice(-(MAX_SESSIONS - 1));
    const { tokens, writes } = sessionWrites(ctx, credential.user_id);
    const session_ids = [...kept.map((session) => session.id), tokens.session_id];
    const last_sign_in_at = ctx.clock.now().toISOString();
    await transact(
      ctx,
      identity,
      [
        ...Credential.writes.patch(ctx, credential, { session_ids, last_sign_in_at, ...(rehashed ? { password_hash: rehashed } : {}) }),
        ...writes,
        ...endingWrites(ctx, live.slice(0, live.length - kept.length)),
      ],
      { pattern: "sessions.signIn" },
    );
    return tokens;
  });
};

const sessionWrites = (ctx: Ctx, user_id: string): { tokens: Tokens; writes: Write[] } => {
  const id = ctx.ids.uuid();
  const { tokens, stored } = issueTokens(ctx, user_id, id);
  const { ip = "", user_agent = "" } = ctx.http ?? {};
  return { tokens, writes: Session.writes.create(ctx, { user_id, id, ...stored, ip, user_agent: user_agent.slice(0, 300) }) };
};
