import type { OrgCtx } from "../../kernel/context.ts";
import { conflict, notFound } from "../../kernel/errors.ts";
import type { PageOf, PageRequest } from "../../kernel/http/route.ts";
import { every } from "../../kernel/table/every.ts";
import { contend, transact } from "../../kernel/table/table.ts";
import { soundcloud } from "../table.ts";
import { type GenreChoice, genrePair, draftMemberGenre, requireGenres } from "./create-member.ts";
import { MemberGenre } from "./member-genre.ts";
import { Member, requireNotErased } from "./member.ts";
import { visibleMember } from "./own-member.ts";

const MOST = 50;

export const MemberGenreView = MemberGenre.api.response;
const shown = ({ subgenre_key: _, ...genre }: MemberGenre): Omit<MemberGenre, "subgenre_key"> => genre;

/** A member's genres. Throws DomainError not_found. */
export const listMemberGenres = async (ctx: OrgCtx, member_id: string, page: PageRequest): Promise<PageOf<Omit<MemberGenre, "subgenre_key">>> => {
  const member = await visibleMember(ctx, member_id);
  const { items, position } = await MemberGenre.list(ctx, { org_id: ctx.org_id, member_id: member.id }, page);
  return { items: items.map(shown), position };
};

/** Gives a member a genre, and mirrors it on the member. Throws DomainError not_found, `member_erased`, `unknown_genre`, `already_exists` or `too_many_genres`. */
export const addMemberGenre = async (ctx: OrgCtx, member_id: string, choice: GenreChoice): Promise<Omit<MemberGenre, "subgenre_key">> => {
  await requireGenres(ctx, [choice], () => "/genre_family_id");
  const { id } = await visibleMember(ctx, member_id);
  const genre = draftMemberGenre(ctx, id, choice);
  return contend(async () => {
    const member = await Member.get(ctx, { org_id: ctx.org_id, id }, { consistent: true });
    requireNotErased(member);
    if (member.genre_pairs.length >= MOST) throw conflict("too_many_genres", `genres: a member has at most ${MOST}. Remove one first.`);
    const mirror = Member.writes.patch(ctx, member, { genre_pairs: [...new Set([...member.genre_pairs, genrePair(choice)])] });
    await transact(ctx, soundcloud, [...MemberGenre.writes.put(ctx, genre), ...mirror], { pattern: "members.addGenre", result: shown(genre) });
    return shown(genre);
  });
};

/** Takes a genre from a member. Throws DomainError not_found or `stale`. */
export const removeMemberGenre = async (ctx: OrgCtx, member_id: string, id: string, version: number): Promise<void> => {
  const { org_id } = ctx;
  const visible = await visibleMember(ctx, member_id);
  await contend(async () => {
    const [member, genres] = await Promise.all([
      Member.get(ctx, { org_id, id: visible.id }, { consistent: true }),
      Array.fromAsync(every((page) => MemberGenre.list(ctx, { org_id, member_id: visible.id }, page))),
    ]);
    const genre = genres.find((one) => one.id === id);
    if (!genre) throw notFound("genre of this member");
    const mirror = Member.writes.patch(ctx, member, { genre_pairs: member.genre_pairs.filter((pair) => pair !== genrePair(genre)) });
    await transact(ctx, soundcloud, [...MemberGenre.writes.delete(ctx, genre, { version }), ...mirror], { pattern: "members.removeGenre" });
  });
};
