import type { DataOf } from "../../../events/envelope.ts";
import type { SendMail } from "../../../events/identity/send-mail.v1.ts";
import type { OrgCtx } from "../../kernel/context.ts";
import { hasExpired } from "../invitation/present-invitation.ts";
import { Invitation } from "../invitation/invitation.ts";
import { Org } from "../org/org.ts";
import { Credential } from "../user/credential.ts";
import { User } from "../user/user.ts";
import type { Purpose } from "./one-time-token.ts";
import { type Content, accountExistsMail, invitationMail, resetPasswordMail, verifyEmailMail } from "./templates.ts";

/** Why a mail is written: to whom, what its token is for, and its text once there is a token. */
export interface Occasion {
  readonly to: string;
  readonly purpose: Purpose;
  readonly lifetime_s: number;
  readonly about: { readonly user_id?: string; readonly org_id?: string; readonly invitation_id?: string };
  readonly write: (letter: { public_url: string; token: string }) => Content;
}

type Order = DataOf<typeof SendMail>;
const HOUR_S = 3600;

/** The occasion as it stands now, or undefined when the mail has lost its reason: verified, revoked, erased, or no such account. */
export const occasionOf = (ctx: OrgCtx, order: Order): Promise<Occasion | undefined> => {
  switch (order.template) {
    case "verify_email":
      return verification(ctx, order.user_id);
    case "account_exists":
      return accountExists(ctx, order.user_id);
    case "reset_password":
      return reset(ctx, order.email);
    case "invitation":
      return invitation(ctx, order.invitation_id);
  }
};

const verification = async (ctx: OrgCtx, user_id: string): Promise<Occasion | undefined> => {
  const user = await User.find(ctx, { id: user_id });
  if (user?.email === undefined || user.email_verified_at !== undefined) return undefined;
  return { to: user.email, purpose: "verify_email", lifetime_s: 48 * HOUR_S, about: { user_id }, write: verifyEmailMail };
};

const accountExists = async (ctx: OrgCtx, user_id: string): Promise<Occasion | undefined> => {
  const user = await User.find(ctx, { id: user_id });
  return user?.email === undefined
    ? undefined
    : { to: user.email, purpose: "reset_password", lifetime_s: HOUR_S, about: { user_id }, write: accountExistsMail };
};

const reset = async (ctx: OrgCtx, email: string): Promise<Occasion | undefined> => {
  const credential = await Credential.find(ctx, { email });
  return credential && { to: email, purpose: "reset_password", lifetime_s: HOUR_S, about: { user_id: credential.user_id }, write: resetPasswordMail };
};

const invitation = async (ctx: OrgCtx, id: string): Promise<Occasion | undefined> => {
  const { org_id } = ctx;
  const [invited, org] = await Promise.all([Invitation.find(ctx, { org_id, id }), Org.find(ctx, { id: org_id })]);
  if (!invited || !org || invited.status !== "pending" || hasExpired(ctx, invited)) return undefined;
  const inviter = (await User.find(ctx, { id: invited.invited_by }))?.full_name;
  const lifetime_s = Math.floor((Date.parse(invited.expires_at) - ctx.clock.now().getTime()) / 1000);
  const write: Occasion["write"] = (letter) => invitationMail({ ...letter, org: org.name, inviter });
  return { to: invited.email, purpose: "accept_invitation", lifetime_s, about: { org_id, invitation_id: id }, write };
};
