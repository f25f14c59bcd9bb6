import * as z from "zod";
import { email } from "../../shared/kernel/fields.ts";
import { orgOwner, resource, route, signedIn } from "../../shared/kernel/http/route.ts";
import { InvitationView } from "../../shared/identity/invitation/present-invitation.ts";
import { Membership, OrgRole } from "../../shared/identity/membership/membership.ts";
import { PlatformRoles } from "../../shared/identity/platform-roles.ts";

const invitationExample = {
  org_id: "019e1b9a-7c00-7000-8000-000000000005",
  id: "019e1b9a-7c00-7000-8000-000000000006",
  email: "grace@example.com",
  org_role: "member",
  roles: { soundcloud: ["member"] },
  status: "pending",
  invited_by: "019e1b9a-7c00-7000-8000-000000000001",
  expires_at: "2026-11-27T10:00:00.000Z",
  version: 1,
  created_at: "2026-11-20T10:00:00.000Z",
  updated_at: "2026-11-20T10:00:00.000Z",
};

export const invitations = resource(
  "identity",
  "invitations",
  "Addresses invited into the active org. Open for seven days; the mail's token works once, for whoever has verified that address.",
  {
    invite: route({
      method: "POST",
      path: "/identity/invitations",
      summary: "Invite an address",
      policy: orgOwner,
      idempotent: true,
      body: z.strictObject({ email, org_role: OrgRole.optional(), roles: PlatformRoles.optional() }),
      reply: { status: 201, body: InvitationView },
      errors: {
        invitation_pending: { status: 409, when: "the address has an open invitation" },
        platform_not_enabled: { status: 422, when: "roles are given on a platform that the org does not use" },
      },
      rate_limit: { by: "org", max: 100, per_seconds: 3600 },
      example: { body: { email: "grace@example.com", roles: { soundcloud: ["member"] } }, reply: invitationExample },
    }),
    listInvitations: route({
      method: "GET",
      path: "/identity/invitations",
      summary: "List invitations, newest first",
      policy: orgOwner,
      list: true,
      reply: { status: 200, body: InvitationView },
      example: { reply: invitationExample },
    }),
    revokeInvitation: route({
      method: "POST",
      path: "/identity/invitations/{invitation_id}/revoke",
      summary: "Revoke an open invitation",
      policy: orgOwner,
      params: z.strictObject({ invitation_id: z.uuid() }),
      reply: { status: 200, body: InvitationView },
      errors: { invalid_transition: { status: 409, when: "the invitation is not open any more; `allowed` lists what it may become" } },
      example: { reply: { ...invitationExample, status: "revoked", version: 2 } },
    }),
    acceptInvitation: route({
      method: "POST",
      path: "/identity/invitations/accept",
      summary: "Accept an invitation with its mail's token",
      policy: signedIn,
      idempotent: true,
      body: z.strictObject({ token: z.string().min(1).max(512) }),
      reply: { status: 201, body: Membership.api.response },
      errors: {
        already_member: { status: 409, when: "the caller is in the org already" },
        token_not_valid: { status: 422, when: "the token is unknown, expired, used, or for another address than the caller's verified one" },
        invitation_closed: { status: 422, when: "the invitation was revoked, accepted or has expired" },
      },
      rate_limit: { by: "actor", max: 30, per_seconds: 60 },
      example: {
        body: { token: "gst_AZ4bmnwAcACAAAAAAAAAAQ" },
        reply: {
          org_id: invitationExample.org_id,
          user_id: "019e1b9a-7c00-7000-8000-000000000007",
          org_role: "member",
          roles: invitationExample.roles,
          version: 1,
          created_at: invitationExample.created_at,
          updated_at: invitationExample.updated_at,
        },
      },
    }),
  },
);
