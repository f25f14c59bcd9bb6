import { api } from "../../shared/kernel/http/api.ts";
import { onLambda } from "../../shared/kernel/http/on-lambda.ts";
import { authenticate } from "../../shared/identity/authenticate.ts";
import { Idempotency } from "../../shared/identity/table.ts";
import { changeMembership } from "../../shared/identity/membership/change-membership.ts";
import { getMembership, listMemberships } from "../../shared/identity/membership/list-memberships.ts";
import { presentMembership } from "../../shared/identity/membership/present-membership.ts";
import { removeMembership } from "../../shared/identity/membership/remove-membership.ts";
import { memberships } from "./memberships.routes.ts";

export const membershipsApi = api(
  memberships,
  { records: Idempotency, ports: {} },
  {
    listMemberships: (ctx, { page }) => listMemberships(ctx, page),
    getMembership: (ctx, { params }) => getMembership(ctx, params.user_id),
    changeMembership: async (ctx, { params, version, body }) => presentMembership(ctx, await changeMembership(ctx, params.user_id, version, body)),
    removeMembership: (ctx, { params, version }) => removeMembership(ctx, params.user_id, version),
  },
);
export const handler = onLambda(membershipsApi, authenticate);
