import * as z from "zod";
import { anyMember, resource, route } from "../../shared/kernel/http/route.ts";
import { OrgRole } from "../../shared/identity/membership/membership.ts";
import { PlatformId, PlatformRoles } from "../../shared/identity/platform-roles.ts";

const user_id = z.uuid().optional();

export const roles = resource(
  "identity",
  "roles",
  "Questions about roles in the active org: about oneself, or about others for owners and holders of a platform's top role.",
  {
    hasRole: route({
      method: "GET",
      path: "/identity/has-role",
      summary: "Ask whether somebody holds a role",
      policy: anyMember,
      query: z.strictObject({ user_id, platform: PlatformId, role: z.string().min(1).max(50) }),
      reply: { status: 200, body: z.strictObject({ has_role: z.boolean() }) },
      example: { reply: { has_role: true } },
    }),
    getUserRoles: route({
      method: "GET",
      path: "/identity/user-roles",
      summary: "List somebody's roles",
      policy: anyMember,
      query: z.strictObject({ user_id }),
      reply: { status: 200, body: z.strictObject({ user_id: z.uuid(), org_role: OrgRole, roles: PlatformRoles }) },
      example: { reply: { user_id: "019e1b9a-7c00-7000-8000-000000000001", org_role: "owner", roles: { soundcloud: ["admin"] } } },
    }),
  },
);
