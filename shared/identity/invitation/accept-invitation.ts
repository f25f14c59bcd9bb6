import type { Ctx } from "../../kernel/context.ts";
import { conflict, unprocessable } from "../../kernel/errors.ts";
import { contend, transact } from "../../kernel/table/table.ts";
import { MembershipChanged } from "../../../events/identity/membership-changed.v1.ts";
import { personOf } from "../caller.ts";
import { OneTimeToken } from "../mail/one-time-token.ts";
import { getUnusedToken, tokenNotValid } from "../mail/use-token.ts";
import { Membership } from "../membership/membership.ts";
import { recount } from "../membership/standing.ts";
import { Org } from "../org/org.ts";
import { emitFor } from "../emit-for.ts";
import { identity } from "../table.ts";
import { getActiveUser } from "../user/get-user.ts";
import { User } from "../user/user.ts";
import { Invitation } from "./invitation.ts";
import { hasExpired } from "./present-invitation.ts";

/**
 * Joins the org that a mail's token invites the caller into. The token is worth something only to whoever has verified
 * the invited address. Throws DomainError `token_not_valid`, `invitation_closed` or `already_member`.
 */
export const acceptInvitation = (ctx: Ctx, given: { token: string }): Promise<Membership> =>
  contend(async () => {
    const { user_id } = personOf(ctx);
    const user = await getActiveUser(ctx, user_id);
    const token = await getUnusedToken(ctx, "accept_invitation", given.token);
    const { org_id, invitation_id } = token;
    if (!org_id || !invitation_id || user.email_verified_at === undefined || user.email !== token.email) throw tokenNotValid();
    const [invitation, org, member] = await Promise.all([
      Invitation.find(ctx, { org_id, id: invitation_id }, { consistent: true }),
      Org.find(ctx, { id: org_id }, { consistent: true }),
      Membership.find(ctx, { org_id, user_id }, { consistent: true }),
    ]);
    if (!invitation || invitation.status !== "pending" || hasExpired(ctx, invitation) || org?.status !== "active")
      throw unprocessable("invitation_closed", "The invitation was revoked, accepted or has expired; ask for a new one.");
    if (member) throw conflict("already_member", "You are a member of this org already.");
    const { org_role, roles } = invitation;
    const membership = Membership.draft(ctx, { org_id, user_id, org_role, roles });
    const writes = [
      ...OneTimeToken.writes.patch(ctx, token, { used_at: ctx.clock.now().toISOString() }),
      ...Invitation.writes.transition(ctx, invitation, "accepted", { patch: { accepted_by: user_id, pending_email: null } }),
      ...Membership.writes.put(ctx, membership),
      ...Org.writes.patch(ctx, org, recount(org, undefined, membership)),
      ...User.writes.require(ctx, { id: user_id }, { is: { status: "active" } }),
      ...emitFor(ctx, org_id, MembershipChanged, { user_id, org_role, roles }),
    ];
    await transact(ctx, identity, writes, { pattern: "invitations.accept", result: membership });
    return membership;
  });
