import { authenticate } from "../../shared/identity/authenticate.ts";
import { openVault } from "../../shared/kernel/crypto/kms.ts";
import { api } from "../../shared/kernel/http/api.ts";
import { onLambda } from "../../shared/kernel/http/on-lambda.ts";
import { connectAccount } from "../../shared/social/account/connect-account.ts";
import { disconnectAccount } from "../../shared/social/account/disconnect-account.ts";
import { patchAccount } from "../../shared/social/account/patch-account.ts";
import { getAccount, listAccounts } from "../../shared/social/account/read-accounts.ts";
import { socialSystem } from "../../shared/social/table.ts";
import { accounts } from "./accounts.routes.ts";

export const accountsApi = api(
  accounts,
  { records: socialSystem.idempotency, ports: { vault: openVault } },
  {
    connectAccount: (ctx, { body }) => connectAccount(ctx, body),
    listAccounts: (ctx, { page }) => listAccounts(ctx, page),
    getAccount: (ctx, { params }) => getAccount(ctx, params.account_id),
    patchAccount: (ctx, { params, body, version }) => patchAccount(ctx, params.account_id, body, version),
    disconnectAccount: (ctx, { params }) => disconnectAccount(ctx, params.account_id),
  },
);
export const handler = onLambda(accountsApi, authenticate);
