import * as z from "zod";
import { SocialAccount } from "./social-account.ts";

/** An account as its readers see it: that it has tokens, never the tokens. */
export const AccountView = SocialAccount.api.response.extend({ access_token_set: z.boolean(), refresh_token_set: z.boolean() });
export type AccountView = z.output<typeof AccountView>;

export const presentAccount = ({ access_token, refresh_token, renewing_until: _lease, counted_kinds: _kinds, ...account }: SocialAccount): AccountView => ({
  ...account,
  access_token_set: access_token !== undefined,
  refresh_token_set: refresh_token !== undefined,
});
