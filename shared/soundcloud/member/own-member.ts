import { User } from "../../identity/user/user.ts";
import { type OrgCtx, besideClaim } from "../../kernel/context.ts";
import { notFound } from "../../kernel/errors.ts";
import { contend, transact } from "../../kernel/table/table.ts";
import { soundcloud } from "../table.ts";
import { Member } from "./member.ts";

/**
 * The member whom the signed-in user is, found by the user's verified address among all addresses of the org's
 * members; the match is remembered on the member. Undefined for anyone who is no member.
 */
export const findOwnMember = async (ctx: OrgCtx): Promise<Member | undefined> => {
  if (ctx.actor.kind !== "user") return undefined;
  const { user_id } = ctx.actor;
  const known = await Member.by.user(ctx, { org_id: ctx.org_id, user_id });
  if (known) return known;
  const user = await User.find(ctx, { id: user_id });
  if (!user?.email || !user.email_verified_at) return undefined;
  return matchByEmail(ctx, user_id, user.email);
};

/** Of two users with addresses of one member, the first is the member, also when both come at once. */
const matchByEmail = (ctx: OrgCtx, user_id: string, email: string): Promise<Member | undefined> =>
  contend(async () => {
    const member = await Member.by.email(ctx, { org_id: ctx.org_id, emails: email });
    if (!member || member.user_id === user_id) return member;
    if (member.user_id !== undefined) return undefined;
    await transact(besideClaim(ctx), soundcloud, Member.writes.patch(ctx, member, { user_id }), { pattern: "members.matchUser" });
    return Member.get(ctx, member, { consistent: true });
  });

/** As `findOwnMember`; throws DomainError not_found for anyone who is no member. */
export const ownMember = async (ctx: OrgCtx): Promise<Member> => {
  const member = await findOwnMember(ctx);
  if (!member) throw notFound("member");
  return member;
};

/** A member by id, as far as the caller may see: everyone for ops, only the own one for members. Throws DomainError not_found. */
export const visibleMember = async (ctx: OrgCtx, member_id: string): Promise<Member> => {
  if (ctx.grant === "all") return Member.get(ctx, { org_id: ctx.org_id, id: member_id });
  const own = await ownMember(ctx);
  if (own.id !== member_id) throw notFound("member");
  return own;
};
