import * as z from "zod";
import { resource, roles, route } from "../../shared/kernel/http/route.ts";
import { NewAccount } from "../../shared/social/account/connect-account.ts";
import { AccountPatch } from "../../shared/social/account/patch-account.ts";
import { AccountView } from "../../shared/social/account/present-account.ts";

const everyone = roles("social", { owner: "all", editor: "all", viewer: "all" });
const owners = roles("social", { owner: "all" });
const Params = z.strictObject({ account_id: z.uuid() });
const reply = { status: 200, body: AccountView } as const;

export const accounts = resource("social", "accounts", "The org's accounts at the networks: what posts are published on and read from.", {
  connectAccount: route({
    method: "POST",
    path: "/social/accounts",
    summary: "Connect an account",
    description:
      "Tokens are sealed and never read back; `access_token_set` and `refresh_token_set` tell which there are. Without a token the account is known, not connected.",
    policy: owners,
    idempotent: true,
    body: NewAccount,
    reply: { status: 201, body: AccountView, location: "/social/accounts/{id}" },
    errors: { external_taken: { status: 409, when: "the org knows this account already" } },
    example: { body: { platform: "instagram", external_id: "17841400000000001", username: "gymnight", access_token: "IGAA-long-lived-token" } },
  }),
  listAccounts: route({ method: "GET", path: "/social/accounts", summary: "List the accounts", policy: everyone, list: true, reply }),
  getAccount: route({ method: "GET", path: "/social/accounts/{account_id}", summary: "Read an account", policy: everyone, params: Params, reply }),
  patchAccount: route({
    method: "PATCH",
    path: "/social/accounts/{account_id}",
    summary: "Rename an account, or give it a new token",
    description: "A new token connects it again. The refresh token that it had goes, unless a new one is given with it.",
    policy: owners,
    params: Params,
    if_match: true,
    body: AccountPatch,
    reply,
    example: { body: { access_token: "IGAA-renewed-token" } },
  }),
  disconnectAccount: route({
    method: "POST",
    path: "/social/accounts/{account_id}/disconnect",
    summary: "Disconnect an account",
    description: "Its tokens are forgotten. Posts that are planned on it fail at their time unless it is connected again.",
    policy: owners,
    params: Params,
    idempotent: true,
    reply,
  }),
});
