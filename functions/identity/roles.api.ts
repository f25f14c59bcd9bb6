import { api } from "../../shared/kernel/http/api.ts";
import { onLambda } from "../../shared/kernel/http/on-lambda.ts";
import { authenticate } from "../../shared/identity/authenticate.ts";
import { Idempotency } from "../../shared/identity/table.ts";
import { getUserRoles, hasRole } from "../../shared/identity/membership/has-role.ts";
import { roles } from "./roles.routes.ts";

export const rolesApi = api(
  roles,
  { records: Idempotency, ports: {} },
  {
    hasRole: (ctx, { query }) => hasRole(ctx, query),
    getUserRoles: (ctx, { query }) => getUserRoles(ctx, query),
  },
);
export const handler = onLambda(rolesApi, authenticate);
