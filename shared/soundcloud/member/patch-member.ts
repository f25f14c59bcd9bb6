import type * as z from "zod";
import type { OrgCtx } from "../../kernel/context.ts";
import { forbidden } from "../../kernel/errors.ts";
import { requirePrimaryGenre } from "./create-member.ts";
import { Member, requireNotErased } from "./member.ts";
import { visibleMember } from "./own-member.ts";

export const MemberPatch = Member.api.patch;
export type MemberPatch = z.output<typeof MemberPatch>;

/** What members change of themselves. Addresses are not among it: they decide who may sign in as whom. */
const OWN_FIELDS: ReadonlySet<string> = new Set(["name", "primary_email", "spotify_handle", "manual_genres", "genre_notes"] satisfies (keyof MemberPatch)[]);

const requireOwnFields = (patch: MemberPatch): void => {
  const others = Object.keys(patch).filter((field) => !OWN_FIELDS.has(field));
  if (others.length > 0) throw forbidden("ops_only", `${others.join(", ")}: only ops may change this. Members change ${[...OWN_FIELDS].join(", ")}.`);
};

/**
 * Changes a member: everything by ops, the fields of their own profile by members. New addresses unlink the user who
 * acts as the member, to be matched again at the next sign-in. Throws DomainError `stale`, `member_erased`, `ops_only`, `unknown_genre`,
 * `email_taken` or `handle_taken`.
 */
export const patchMember = async (ctx: OrgCtx, member_id: string, patch: MemberPatch, version: number): Promise<Member> => {
  const member = await visibleMember(ctx, member_id);
  requireNotErased(member);
  const own = ctx.grant === "own";
  if (own) requireOwnFields(patch);
  await requirePrimaryGenre(ctx, patch.genre_family_id);
  const moves = patch.soundcloud_handle !== undefined && patch.soundcloud_handle !== member.soundcloud_handle;
  return Member.patch(
    ctx,
    member,
    {
      ...patch,
      ...(patch.emails ? { user_id: null } : {}),
      ...(moves ? { soundcloud_urn: null } : {}),
      ...(own ? { last_activity_at: ctx.clock.now().toISOString() } : {}),
    },
    { version },
  );
};
