import * as z from "zod";
import { anyMember, resource, route } from "../../shared/kernel/http/route.ts";
import { OrgRole } from "../../shared/identity/membership/membership.ts";
import { MembershipView } from "../../shared/identity/membership/present-membership.ts";
import { PlatformRoles } from "../../shared/identity/platform-roles.ts";

const membershipExample = {
  org_id: "019e1b9a-7c00-7000-8000-000000000005",
  user_id: "019e1b9a-7c00-7000-8000-000000000001",
  org_role: "member",
  roles: { soundcloud: ["moderator"] },
  email: "ada@example.com",
  full_name: "Ada Lovelace",
  version: 2,
  created_at: "2026-11-20T10:00:00.000Z",
  updated_at: "2026-11-20T10:01:00.000Z",
};
const MemberParams = z.strictObject({ user_id: z.uuid() });
const last = {
  last_owner: { status: 409, when: "the org would be left without an owner" },
  last_admin: { status: 409, when: "a platform of the org would be left without its top role; `roles` names them" },
} as const;

export const memberships = resource(
  "identity",
  "memberships",
  "Who is in the active org, with which roles. Owners see and change everything, holders of a platform's top role see everybody and change the roles on that platform, others see themselves. A change holds from the person's next request.",
  {
    listMemberships: route({
      method: "GET",
      path: "/identity/memberships",
      summary: "List memberships",
      policy: anyMember,
      list: true,
      reply: { status: 200, body: MembershipView },
      example: { reply: membershipExample },
    }),
    getMembership: route({
      method: "GET",
      path: "/identity/memberships/{user_id}",
      summary: "Read one membership",
      policy: anyMember,
      params: MemberParams,
      reply: { status: 200, body: MembershipView },
      example: { reply: membershipExample },
    }),
    changeMembership: route({
      method: "PATCH",
      path: "/identity/memberships/{user_id}",
      summary: "Change somebody's roles",
      description: "`roles` replaces the roles on the platforms it names; an empty list takes all of them. Only owners change `org_role`.",
      policy: anyMember,
      params: MemberParams,
      if_match: true,
      body: z
        .strictObject({ org_role: OrgRole.optional(), roles: PlatformRoles.optional() })
        .refine((body) => body.org_role !== undefined || body.roles !== undefined, "names org_role, roles or both"),
      reply: { status: 200, body: MembershipView },
      errors: {
        ...last,
        role_required: { status: 403, when: "somebody changes more than their own standing in the org allows" },
        platform_not_enabled: { status: 422, when: "roles are given on a platform that the org does not use" },
      },
      example: { body: { roles: { soundcloud: ["moderator"] } }, reply: membershipExample },
    }),
    removeMembership: route({
      method: "DELETE",
      path: "/identity/memberships/{user_id}",
      summary: "Remove somebody from the org, or leave it",
      policy: anyMember,
      params: MemberParams,
      if_match: true,
      reply: { status: 204, body: null },
      errors: { ...last, owner_required: { status: 403, when: "somebody else is removed by one who is no owner" } },
    }),
  },
);
