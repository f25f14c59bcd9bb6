import * as z from "zod";
import type { Ctx } from "../../kernel/context.ts";
import { every } from "../../kernel/table/every.ts";
import { personOf } from "../caller.ts";
import { Invitation } from "../invitation/invitation.ts";
import { InvitationView, presentInvitation } from "../invitation/present-invitation.ts";
import { Membership } from "../membership/membership.ts";
import { SessionView, presentSession } from "../session/present-session.ts";
import { Session } from "../session/session.ts";
import { Credential } from "./credential.ts";
import { getMe } from "./get-user.ts";
import { User } from "./user.ts";

/** Everything that identity stores about a person, but hashes of their secrets. */
export const PersonalExport = z.strictObject({
  exported_at: z.iso.datetime(),
  user: User.api.response,
  sign_in: z.strictObject({ email: z.email(), password_changed_at: z.iso.datetime(), last_sign_in_at: z.iso.datetime().optional() }),
  memberships: z.array(Membership.api.response),
  sessions: z.array(SessionView),
  invitations: z.array(InvitationView),
});
export type PersonalExport = z.output<typeof PersonalExport>;

const all = async <T>(pages: AsyncIterable<T>): Promise<T[]> => Array.fromAsync(pages);

export const exportMe = async (ctx: Ctx): Promise<PersonalExport> => {
  const { user_id } = personOf(ctx);
  const user = await getMe(ctx);
  const { email } = user;
  const [{ password_changed_at, last_sign_in_at }, memberships, sessions, invitations] = await Promise.all([
    Credential.get(ctx, { email }, { consistent: true }),
    all(every((page) => Membership.query.byUser(ctx, { user_id }, page))),
    all(every((page) => Session.list(ctx, { user_id }, page))),
    all(every((page) => Invitation.query.byEmail(ctx, { email }, page))),
  ]);
  return {
    exported_at: ctx.clock.now().toISOString(),
    user,
    sign_in: { email, password_changed_at, ...(last_sign_in_at ? { last_sign_in_at } : {}) },
    memberships,
    sessions: sessions.map((session) => presentSession(ctx, session)),
    invitations: invitations.map((invitation) => presentInvitation(ctx, invitation)),
  };
};
