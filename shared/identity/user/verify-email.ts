import type { Ctx } from "../../kernel/context.ts";
import { contend, transact } from "../../kernel/table/table.ts";
import { OneTimeToken } from "../mail/one-time-token.ts";
import { getToken, tokenNotValid } from "../mail/use-token.ts";
import { identity } from "../table.ts";
import { Credential } from "./credential.ts";
import { User } from "./user.ts";

/**
 * Notes that the address is the person's. Opening the link twice is no fault: the second time changes nothing.
 * Throws DomainError `token_not_valid`.
 */
export const verifyEmail = (ctx: Ctx, given: { token: string }): Promise<void> =>
  contend(async () => {
    const token = await getToken(ctx, "verify_email", given.token);
    const credential = await Credential.find(ctx, token, { consistent: true });
    if (!credential || credential.user_id !== token.user_id) throw tokenNotValid();
    if (credential.verified) return;
    if (token.used_at !== undefined) throw tokenNotValid();
    const now = ctx.clock.now().toISOString();
    const user = await User.get(ctx, { id: credential.user_id }, { consistent: true });
    const writes = [
      ...OneTimeToken.writes.patch(ctx, token, { used_at: now }),
      ...Credential.writes.patch(ctx, credential, { verified: true }),
      ...User.writes.patch(ctx, user, { email_verified_at: now }),
    ];
    await transact(ctx, identity, writes, { pattern: "users.verifyEmail" });
  });
