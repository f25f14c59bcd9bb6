import { api } from "../../shared/kernel/http/api.ts";
import { onLambda } from "../../shared/kernel/http/on-lambda.ts";
import { openVault } from "../../shared/kernel/crypto/kms.ts";
import { authenticate } from "../../shared/identity/authenticate.ts";
import { Idempotency } from "../../shared/identity/table.ts";
import { eraseMe } from "../../shared/identity/user/erase-me.ts";
import { exportMe } from "../../shared/identity/user/export-me.ts";
import { getMe } from "../../shared/identity/user/get-user.ts";
import { updateMe } from "../../shared/identity/user/update-me.ts";
import { users } from "./users.routes.ts";

export const usersApi = api(
  users,
  { records: Idempotency, ports: { vault: openVault } },
  {
    getMe: (ctx) => getMe(ctx),
    updateMe: (ctx, { version, body }) => updateMe(ctx, version, body),
    exportMe: (ctx) => exportMe(ctx),
    eraseMe: (ctx, { version }) => eraseMe(ctx, version),
  },
);
export const handler = onLambda(usersApi, authenticate);
