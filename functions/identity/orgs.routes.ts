import * as z from "zod";
import { anyMember, orgOwner, resource, route, signedIn } from "../../shared/kernel/http/route.ts";
import { MyOrg } from "../../shared/identity/org/get-org.ts";
import { Org } from "../../shared/identity/org/org.ts";
import { PlatformId } from "../../shared/identity/platform-roles.ts";

const orgExample = {
  id: "019e1b9a-7c00-7000-8000-000000000005",
  name: "Night Shift Records",
  personal: false,
  status: "active",
  platforms: ["soundcloud"],
  owners: 1,
  members: 1,
  admins: { soundcloud: 1 },
  version: 2,
  created_at: "2026-11-20T10:00:00.000Z",
  updated_at: "2026-11-20T10:01:00.000Z",
};
const OrgParams = z.strictObject({ org_id: z.uuid() });

export const orgs = resource(
  "identity",
  "orgs",
  "Tenants. Everybody has a personal org from signing up and may make more. The path's org is the one that X-Org-Id names.",
  {
    createOrg: route({
      method: "POST",
      path: "/identity/orgs",
      summary: "Make an org and own it",
      policy: signedIn,
      idempotent: true,
      body: Org.api.create,
      reply: { status: 201, body: Org.api.response, location: "/identity/orgs/{id}" },
      rate_limit: { by: "actor", max: 20, per_seconds: 3600 },
      example: { body: { name: "Night Shift Records" }, reply: { ...orgExample, platforms: [], admins: {}, version: 1 } },
    }),
    listMyOrgs: route({
      method: "GET",
      path: "/identity/orgs",
      summary: "List the orgs the caller is a member of",
      policy: signedIn,
      list: true,
      reply: { status: 200, body: MyOrg },
      example: { reply: { ...orgExample, org_role: "owner", roles: { soundcloud: ["admin"] } } },
    }),
    getOrg: route({
      method: "GET",
      path: "/identity/orgs/{org_id}",
      summary: "Read the active org",
      policy: anyMember,
      params: OrgParams,
      reply: { status: 200, body: Org.api.response },
      example: { reply: orgExample },
    }),
    renameOrg: route({
      method: "PATCH",
      path: "/identity/orgs/{org_id}",
      summary: "Rename the active org",
      policy: orgOwner,
      params: OrgParams,
      if_match: true,
      body: Org.api.patch,
      reply: { status: 200, body: Org.api.response },
      example: { body: { name: "Night Shift" }, reply: { ...orgExample, name: "Night Shift", version: 3 } },
    }),
    enablePlatform: route({
      method: "PUT",
      path: "/identity/orgs/{org_id}/platforms/{platform}",
      summary: "Enable a platform for the active org",
      description: "The caller gets the platform's top role; the platform then sets up the org's defaults. Enabling it again changes nothing.",
      policy: orgOwner,
      params: OrgParams.extend({ platform: PlatformId }),
      reply: { status: 200, body: Org.api.response },
      example: { reply: orgExample },
    }),
  },
);
