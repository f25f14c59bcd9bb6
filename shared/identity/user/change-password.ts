import type { Ctx } from "../../kernel/context.ts";
import { passwordViolations } from "../../kernel/crypto/password.ts";
import { forbidden, invalid } from "../../kernel/errors.ts";
import { contend, transact } from "../../kernel/table/table.ts";
import { personOf } from "../caller.ts";
import { endingWrites, liveSessions } from "../session/live-sessions.ts";
import type { Passwords } from "../session/passwords.ts";
import { giveBackSignInAttempt, takeSignInAttempt } from "../session/sign-in-window.ts";
import { identity } from "../table.ts";
import { Credential } from "./credential.ts";
import { getMe } from "./get-user.ts";

/**
 * Sets a new password for the caller, who proves the old one, and ends their other sessions in the same transaction.
 * Throws DomainError `wrong_password` (guesses count like those at sign-in) or `invalid_request`.
 */
export const changePassword = async (ctx: Ctx & { readonly passwords: Passwords }, given: { password: string; new_password: string }): Promise<void> => {
  const { session_id } = personOf(ctx);
  const { email } = await getMe(ctx);
  const violations = passwordViolations(given.new_password, [email], "/new_password");
  if (violations.length > 0) throw invalid(violations);
  await takeSignInAttempt(ctx, email);
  const proven = await Credential.get(ctx, { email }, { consistent: true });
  if (!(await ctx.passwords.verify(given.password, proven.password_hash))) throw forbidden("wrong_password", "The present password is wrong.");
  await giveBackSignInAttempt(ctx, email);
  const password_hash = await ctx.passwords.hash(given.new_password);
  await contend(async () => {
    const credential = await Credential.get(ctx, { email }, { consistent: true });
    if (credential.password_hash !== proven.password_hash) throw forbidden("wrong_password", "The present password is wrong.");
    const others = (await liveSessions(ctx, credential)).filter((session) => session.id !== session_id);
    const change = { password_hash, password_changed_at: ctx.clock.now().toISOString(), session_ids: [session_id] };
    await transact(ctx, identity, [...Credential.writes.patch(ctx, credential, change), ...endingWrites(ctx, others)], { pattern: "users.changePassword" });
  });
};
