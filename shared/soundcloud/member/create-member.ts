import * as z from "zod";
import { MemberCreated } from "../../../events/soundcloud/member-created.v1.ts";
import type { OrgCtx } from "../../kernel/context.ts";
import { actorId } from "../../kernel/context.ts";
import { unprocessable } from "../../kernel/errors.ts";
import { id } from "../../kernel/fields.ts";
import type { Write } from "../../kernel/table/table.ts";
import { transact } from "../../kernel/table/table.ts";
import { openWalletWrites } from "../credit/open-wallet.ts";
import { getSettings } from "../settings/get-settings.ts";
import type { Settings } from "../settings/settings.ts";
import { soundcloud, soundcloudSystem } from "../table.ts";
import { GenreFamily } from "../taxonomy/genre-family.ts";
import { Subgenre } from "../taxonomy/subgenre.ts";
import { tier } from "../tier/tier.ts";
import { MemberAccount } from "./member-account.ts";
import { MemberGenre } from "./member-genre.ts";
import { Member, soundcloudHandle } from "./member.ts";

export const GenreChoice = z.strictObject({ genre_family_id: id, subgenre_id: id.optional() });
export type GenreChoice = z.output<typeof GenreChoice>;

/** What a new member may bring: the member's own fields, the SoundCloud account, genres. */
export const NewMember = Member.api.create.extend({
  account: z.strictObject({ handle: soundcloudHandle, follower_count: MemberAccount.api.create.shape.follower_count }).optional(),
  genres: z.array(GenreChoice).max(20).default([]),
});
export type NewMember = z.output<typeof NewMember>;

export const genrePair = ({ genre_family_id, subgenre_id }: GenreChoice): string => `${genre_family_id}/${subgenre_id ?? "-"}`;

/** Throws DomainError `unknown_genre` naming every choice that is not in the org's taxonomy; `pointer` says where a choice stands in the body. */
export const requireGenres = async (ctx: OrgCtx, choices: readonly GenreChoice[], pointer = (at: number): string => `/genres/${at}`): Promise<void> => {
  if (choices.length === 0) return;
  const { org_id } = ctx;
  const [families, subgenres] = await Promise.all([
    GenreFamily.getMany(
      ctx,
      choices.map((choice) => ({ org_id, id: choice.genre_family_id })),
    ),
    Subgenre.getMany(
      ctx,
      choices.flatMap((choice) => (choice.subgenre_id ? [{ org_id, id: choice.subgenre_id }] : [])),
    ),
  ]);
  const known = (choice: GenreChoice): boolean =>
    families.some((family) => family.id === choice.genre_family_id) &&
    (choice.subgenre_id === undefined || subgenres.some((s) => s.id === choice.subgenre_id && s.family_id === choice.genre_family_id));
  const unknown = choices.flatMap((choice, i) =>
    known(choice) ? [] : [{ pointer: pointer(i), code: "unknown_genre", detail: "There is no such family, or the subgenre is not of that family." }],
  );
  if (unknown.length > 0) throw unprocessable("unknown_genre", "Choose genres from the org's taxonomy.", unknown);
};

/** The primary genre of a member is one of the org's families. Throws DomainError `unknown_genre`. */
export const requirePrimaryGenre = (ctx: OrgCtx, genre_family_id: string | null | undefined): Promise<void> =>
  requireGenres(ctx, genre_family_id ? [{ genre_family_id }] : [], () => "/genre_family_id");

/** A genre of a member, not written yet. */
export const draftMemberGenre = (ctx: OrgCtx, member_id: string, choice: GenreChoice): MemberGenre => {
  const assigned_by = actorId(ctx.actor);
  return MemberGenre.draft(ctx, {
    org_id: ctx.org_id,
    member_id,
    ...choice,
    subgenre_key: choice.subgenre_id ?? "-",
    assigned_at: ctx.clock.now().toISOString(),
    ...(assigned_by === undefined ? {} : { assigned_by }),
  });
};

/** A new member as it arrives: an import also tells where from, and how the account is connected. */
export type ArrivingMember = NewMember & {
  readonly import_id?: string;
  readonly status?: Member["status"];
  readonly account?: { readonly status?: MemberAccount["status"] } | undefined;
};

/** The writes that make a member with account, genres and open wallet; at most 30 of them. */
export const newMemberWrites = (ctx: OrgCtx, settings: Settings, { account, genres, ...fields }: ArrivingMember): { member: Member; writes: Write[] } => {
  const now = ctx.clock.now().toISOString();
  const followers = account?.follower_count ?? 0;
  const distinct = [...new Map(genres.map((choice) => [genrePair(choice), choice])).values()];
  const member = Member.draft(ctx, {
    ...fields,
    ...(account && fields.soundcloud_handle === undefined ? { soundcloud_handle: account.handle } : {}),
    org_id: ctx.org_id,
    soundcloud_followers: followers,
    soundcloud_linked: account !== undefined && (account.status ?? "linked") === "linked",
    size_tier: tier(followers, settings.size_tier_thresholds),
    tier_updated_at: now,
    last_activity_at: now,
    genre_pairs: distinct.map(genrePair),
  });
  const writes = [
    ...Member.writes.put(ctx, member),
    ...openWalletWrites(ctx, { member_id: member.id, size_tier: member.size_tier }, settings),
    ...(account ? MemberAccount.writes.create(ctx, { org_id: ctx.org_id, member_id: member.id, platform: "soundcloud", ...account, last_synced_at: now }) : []),
    ...distinct.flatMap((choice) => MemberGenre.writes.put(ctx, draftMemberGenre(ctx, member.id, choice))),
    ...soundcloudSystem.emit(ctx, MemberCreated, { member_id: member.id }),
  ];
  return { member, writes };
};

/**
 * Makes a member with an open wallet, in one transaction.
 * Throws DomainError `email_taken`, `handle_taken` or `unknown_genre`.
 */
export const createMember = async (ctx: OrgCtx, input: NewMember): Promise<Member> => {
  const [settings] = await Promise.all([getSettings(ctx), requireGenres(ctx, input.genres), requirePrimaryGenre(ctx, input.genre_family_id)]);
  const { member, writes } = newMemberWrites(ctx, settings, input);
  await transact(ctx, soundcloud, writes, { pattern: "members.create", result: member });
  return member;
};
