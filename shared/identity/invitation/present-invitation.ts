import type * as z from "zod";
import type { Ctx } from "../../kernel/context.ts";
import { Invitation } from "./invitation.ts";

export const InvitationView = Invitation.api.response;
export type InvitationView = z.output<typeof InvitationView>;

export const hasExpired = (ctx: Ctx, invitation: Invitation): boolean =>
  invitation.status === "pending" && Date.parse(invitation.expires_at) <= ctx.clock.now().getTime();

/** An invitation as clients see it: expired as soon as its time has come, whether or not that is stored yet. */
export const presentInvitation = (ctx: Ctx, invitation: Invitation): InvitationView => {
  const { pending_email: _pending, ...shown } = invitation;
  return { ...shown, ...(hasExpired(ctx, invitation) ? { status: "expired" as const } : {}) };
};
