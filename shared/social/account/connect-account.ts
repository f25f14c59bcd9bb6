import * as z from "zod";
import { transact } from "../../kernel/table/table.ts";
import { social } from "../table.ts";
import { type VaultCtx, sealRefreshToken, sealToken } from "./account-token.ts";
import { type AccountView, presentAccount } from "./present-account.ts";
import { SocialAccount } from "./social-account.ts";

/** A token as networks give them: visible characters, none that could end a header. */
export const accessToken = z
  .string()
  .min(1)
  .max(2000)
  .regex(/^[\x21-\x7e]+$/, "visible characters without spaces");

export const NewAccount = SocialAccount.api.create.extend({ access_token: accessToken.optional(), refresh_token: accessToken.optional() });
export type NewAccount = z.output<typeof NewAccount>;

/**
 * Makes an account known to the org; with a token it is connected. Tokens are sealed and never read back. Throws
 * DomainError conflict `external_taken` for one that is known already. README, Accounts.
 */
export const connectAccount = async (ctx: VaultCtx, { access_token, refresh_token, ...fields }: NewAccount): Promise<AccountView> => {
  const id = ctx.ids.uuid();
  const secret = access_token === undefined ? {} : { access_token: await sealToken(ctx, id, access_token), status: "connected" as const };
  const renewal = refresh_token === undefined ? {} : { refresh_token: await sealRefreshToken(ctx, id, refresh_token) };
  const account = SocialAccount.draft(ctx, { ...fields, ...secret, ...renewal, org_id: ctx.org_id, id });
  const shown = presentAccount(account);
  await transact(ctx, social, SocialAccount.writes.put(ctx, account), { pattern: "accounts.connect", result: shown });
  return shown;
};
