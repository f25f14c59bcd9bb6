import { api } from "../../shared/kernel/http/api.ts";
import { onLambda } from "../../shared/kernel/http/on-lambda.ts";
import { authenticate } from "../../shared/identity/authenticate.ts";
import { Idempotency } from "../../shared/identity/table.ts";
import { createOrg } from "../../shared/identity/org/create-org.ts";
import { enablePlatform } from "../../shared/identity/org/enable-platform.ts";
import { getOrg, listMyOrgs, renameOrg } from "../../shared/identity/org/get-org.ts";
import { orgs } from "./orgs.routes.ts";

export const orgsApi = api(
  orgs,
  { records: Idempotency, ports: {} },
  {
    createOrg: (ctx, { body }) => createOrg(ctx, body),
    listMyOrgs: (ctx, { page }) => listMyOrgs(ctx, page),
    getOrg: (ctx, { params }) => getOrg(ctx, params.org_id),
    renameOrg: (ctx, { params, version, body }) => renameOrg(ctx, params.org_id, version, body),
    enablePlatform: (ctx, { params }) => enablePlatform(ctx, params.org_id, params.platform),
  },
);
export const handler = onLambda(orgsApi, authenticate);
