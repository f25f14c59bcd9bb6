import type * as z from "zod";
import { type VaultCtx, sealRefreshToken, sealToken } from "./account-token.ts";
import { accessToken } from "./connect-account.ts";
import { type AccountView, presentAccount } from "./present-account.ts";
import { SocialAccount } from "./social-account.ts";

export const AccountPatch = SocialAccount.api.patch.extend({ access_token: accessToken.optional(), refresh_token: accessToken.optional() });
export type AccountPatch = z.output<typeof AccountPatch>;

/** Changes an account. A new token connects it again, and its old fault is forgotten. Throws DomainError not_found and stale. */
export const patchAccount = async (
  ctx: VaultCtx,
  id: string,
  { access_token, refresh_token, ...fields }: AccountPatch,
  version: number,
): Promise<AccountView> => {
  const secret =
    access_token === undefined
      ? {}
      : {
          access_token: await sealToken(ctx, id, access_token),
          status: "connected" as const,
          last_error: null,
          token_expires_at: fields.token_expires_at ?? null,
          // The old one belongs to a consent that this token is not of.
          refresh_token: null,
        };
  const renewal = refresh_token === undefined ? {} : { refresh_token: await sealRefreshToken(ctx, id, refresh_token) };
  return presentAccount(await SocialAccount.patch(ctx, { org_id: ctx.org_id, id }, { ...fields, ...secret, ...renewal }, { version }));
};
