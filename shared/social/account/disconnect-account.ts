import type { OrgCtx } from "../../kernel/context.ts";
import { contend, transact } from "../../kernel/table/table.ts";
import { social } from "../table.ts";
import { type AccountView, presentAccount } from "./present-account.ts";
import { SocialAccount } from "./social-account.ts";

/**
 * Ends the connection of an account and forgets its tokens; its posts stay. Doing it again changes nothing but the version.
 * Throws DomainError not_found.
 */
export const disconnectAccount = async (ctx: OrgCtx, id: string): Promise<AccountView> => {
  const gone = { access_token: null, refresh_token: null, token_expires_at: null, last_error: null, status: "disconnected" as const };
  return contend(async () => {
    const account = await SocialAccount.get(ctx, { org_id: ctx.org_id, id }, { consistent: true });
    const writes = SocialAccount.writes.patch(ctx, account, gone);
    const shown = presentAccount(SocialAccount.after(writes));
    await transact(ctx, social, writes, { pattern: "accounts.disconnect", result: shown });
    return shown;
  });
};
