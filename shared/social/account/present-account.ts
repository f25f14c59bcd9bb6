import * as z from "zod";
import { SocialAccount } from "./social-account.ts";

/** An account as its readers see it: that it has a token, never the token. */
export const AccountView = SocialAccount.api.response.extend({ access_token_set: z.boolean() });
export type AccountView = z.output<typeof AccountView>;

export const presentAccount = ({ access_token, ...account }: SocialAccount): AccountView => ({ ...account, access_token_set: access_token !== undefined });
