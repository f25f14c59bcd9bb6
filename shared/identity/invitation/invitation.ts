import * as z from "zod";
import { email, id, newId, timestamp } from "../../kernel/fields.ts";
import { type Item, entity } from "../../kernel/table/entity.ts";
import { OrgRole } from "../membership/membership.ts";
import { PlatformRoles } from "../platform-roles.ts";
import { identity } from "../table.ts";

export const InvitationStatus = z.enum(["pending", "accepted", "revoked", "expired"]);

/**
 * An address invited into an org. `pending_email` repeats the address while the invitation is open: one open
 * invitation per address and org.
 */
export const Invitation = entity(identity, "Invitation", {
  fields: () => ({
    org_id: id,
    id: newId,
    email,
    pending_email: email.optional(),
    org_role: OrgRole.default("member"),
    roles: PlatformRoles.default({}),
    status: InvitationStatus.default("pending"),
    invited_by: z.uuid(),
    expires_at: timestamp,
    accepted_by: z.uuid().optional(),
  }),
  key: ["{org_id}#I", "{id}"],
  indexes: { byEmail: { on: "gsi1", pk: "E#{email}#I", sk: "{id}" } },
  unique: { pending: "{org_id}#{pending_email}" },
  server: ["pending_email", "status", "invited_by", "expires_at", "accepted_by"],
  hidden: ["pending_email"],
  states: { field: "status", transitions: { pending: ["accepted", "revoked", "expired"], accepted: [], revoked: [], expired: [] } },
});
export type Invitation = Item<typeof Invitation>;
