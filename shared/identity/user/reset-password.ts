import type { Ctx } from "../../kernel/context.ts";
import { passwordViolations } from "../../kernel/crypto/password.ts";
import { invalid } from "../../kernel/errors.ts";
import { contend, transact } from "../../kernel/table/table.ts";
import { OneTimeToken } from "../mail/one-time-token.ts";
import { getUnusedToken, tokenNotValid } from "../mail/use-token.ts";
import { endingWrites, liveSessions } from "../session/live-sessions.ts";
import type { Passwords } from "../session/passwords.ts";
import { identity } from "../table.ts";
import { Credential } from "./credential.ts";
import { User } from "./user.ts";

/**
 * Sets a new password with a mail's token and ends every session in the same transaction. Reading the mail proves the
 * address, so it counts as verified. Throws DomainError `token_not_valid`, also for a token that was issued before the
 * password last changed, or `invalid_request` for a password that is refused.
 */
export const resetPassword = async (ctx: Ctx & { readonly passwords: Passwords }, given: { token: string; password: string }): Promise<void> => {
  const { email } = await getUnusedToken(ctx, "reset_password", given.token);
  const violations = passwordViolations(given.password, [email]);
  if (violations.length > 0) throw invalid(violations);
  const password_hash = await ctx.passwords.hash(given.password);
  await contend(async () => {
    const token = await getUnusedToken(ctx, "reset_password", given.token);
    const credential = await Credential.find(ctx, token, { consistent: true });
    if (!credential || credential.user_id !== token.user_id || token.issued_at < credential.password_changed_at) throw tokenNotValid();
    const now = ctx.clock.now().toISOString();
    const user = await User.get(ctx, { id: credential.user_id }, { consistent: true });
    const writes = [
      ...OneTimeToken.writes.patch(ctx, token, { used_at: now }),
      ...Credential.writes.patch(ctx, credential, { password_hash, password_changed_at: now, verified: true, session_ids: [] }),
      ...(user.email_verified_at ? [] : User.writes.patch(ctx, user, { email_verified_at: now })),
      ...endingWrites(ctx, await liveSessions(ctx, credential)),
    ];
    await transact(ctx, identity, writes, { pattern: "users.resetPassword" });
  });
};
