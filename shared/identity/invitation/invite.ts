import { type OrgCtx, besideClaim } from "../../kernel/context.ts";
import { conflict, isDomainError } from "../../kernel/errors.ts";
import type { PageOf, PageRequest } from "../../kernel/http/route.ts";
import { transact } from "../../kernel/table/table.ts";
import { UserInvited } from "../../../events/identity/user-invited.v1.ts";
import { personOf } from "../caller.ts";
import { takeMail } from "../mail/mail-window.ts";
import type { OrgRole } from "../membership/membership.ts";
import { Org } from "../org/org.ts";
import { requireEnabled } from "../org/require-enabled.ts";
import { emitFor } from "../emit-for.ts";
import { type PlatformRoles, normalRoles } from "../platform-roles.ts";
import { secondsFrom } from "../session/tokens.ts";
import { identity } from "../table.ts";
import { Invitation } from "./invitation.ts";
import { type InvitationView, presentInvitation } from "./present-invitation.ts";

const INVITATION_S = 7 * 24 * 3600;

export interface Invite {
  readonly email: string;
  readonly org_role?: OrgRole | undefined;
  readonly roles?: PlatformRoles | undefined;
}

/**
 * Invites an address for seven days; a mail brings the token. Throws DomainError `invitation_pending` while an earlier
 * one is open, `platform_not_enabled`, or `rate_limited`.
 */
export const invite = async (ctx: OrgCtx, { email, org_role, roles = {} }: Invite): Promise<{ id: string }> => {
  requireEnabled(await Org.get(ctx, { id: ctx.org_id }), roles);
  await closeExpired(ctx, email);
  await takeMail(ctx, email);
  const invitation = Invitation.draft(ctx, {
    org_id: ctx.org_id,
    email,
    pending_email: email,
    ...(org_role ? { org_role } : {}),
    roles: normalRoles(roles),
    invited_by: personOf(ctx).user_id,
    expires_at: secondsFrom(ctx.clock.now(), INVITATION_S),
  });
  // Only the id is kept under the Idempotency-Key: a copy of the address there would outlive an erasure.
  const result = { id: invitation.id };
  const writes = [
    ...Invitation.writes.put(ctx, invitation),
    ...Org.writes.require(ctx, { id: ctx.org_id }, { is: { status: "active" } }),
    ...emitFor(ctx, ctx.org_id, UserInvited, { invitation_id: invitation.id }),
  ];
  try {
    await transact(ctx, identity, writes, { pattern: "invitations.create", result });
  } catch (error) {
    throw isDomainError(error, "pending_taken") ? conflict("invitation_pending", "This address has an open invitation; revoke that one first.") : error;
  }
  return result;
};

/** An invitation that ran out gives its address free. */
const closeExpired = async (ctx: OrgCtx, email: string): Promise<void> => {
  const open = await Invitation.by.pending(ctx, { org_id: ctx.org_id, pending_email: email });
  if (!open || Date.parse(open.expires_at) > ctx.clock.now().getTime()) return;
  const unclaimed = besideClaim(ctx);
  await transact(unclaimed, identity, Invitation.writes.transition(unclaimed, open, "expired", { patch: { pending_email: null } }), {
    pattern: "invitations.expire",
  });
};

/** Throws DomainError `not_found`. */
export const getInvitation = async (ctx: OrgCtx, id: string): Promise<InvitationView> =>
  presentInvitation(ctx, await Invitation.get(ctx, { org_id: ctx.org_id, id }, { consistent: true }));

/** The org's invitations, newest first. */
export const listInvitations = async (ctx: OrgCtx, page: PageRequest): Promise<PageOf<InvitationView>> => {
  const { items, position } = await Invitation.list(ctx, { org_id: ctx.org_id }, { ...page, desc: true });
  return { items: items.map((invitation) => presentInvitation(ctx, invitation)), position };
};

/** Closes an open invitation; its mail's token is worth nothing from now on. Throws DomainError `not_found` or `invalid_transition`. */
export const revokeInvitation = async (ctx: OrgCtx, id: string): Promise<InvitationView> => {
  const key = { org_id: ctx.org_id, id };
  const invitation = await Invitation.get(ctx, key, { consistent: true });
  await transact(ctx, identity, Invitation.writes.transition(ctx, invitation, "revoked", { patch: { pending_email: null } }), {
    pattern: "invitations.revoke",
  });
  return getInvitation(ctx, id);
};
