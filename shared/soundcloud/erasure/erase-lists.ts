import type { OrgCtx } from "../../kernel/context.ts";
import { isDomainError } from "../../kernel/errors.ts";
import { every } from "../../kernel/table/every.ts";
import { contend, transact } from "../../kernel/table/table.ts";
import { LedgerEntry } from "../credit/ledger-entry.ts";
import { AvoidListItem } from "../member/avoid-list-item.ts";
import { genrePair } from "../member/create-member.ts";
import { FollowerCount } from "../member/follower-count.ts";
import { FollowerFlag } from "../member/follower-flag.ts";
import { Platform } from "../member/member-account.ts";
import { MemberGenre } from "../member/member-genre.ts";
import { Member } from "../member/member.ts";
import { soundcloud } from "../table.ts";
import { type EraseCtx, type Erasure, type Progress, through } from "./erasure.ts";

/** Rows of each kind that one transaction removes. */
const CHUNK = 40;

/** What another delivery of the order removed first is removed, which is all that was wanted. */
const unlessGone = async (work: Promise<void>): Promise<void> => {
  try {
    await work;
  } catch (error) {
    if (!isDomainError(error, "not_found")) throw error;
  }
};

/** Removes genres and avoided handles with what the member mirrors of them; tells whether there were any. */
const clearSome = (ctx: OrgCtx, member_id: string): Promise<boolean> =>
  contend(async () => {
    const { org_id } = ctx;
    const [member, genres, avoided] = await Promise.all([
      Member.get(ctx, { org_id, id: member_id }, { consistent: true }),
      MemberGenre.list(ctx, { org_id, member_id }, { limit: CHUNK, consistent: true }),
      AvoidListItem.list(ctx, { org_id, member_id }, { limit: CHUNK, consistent: true }),
    ]);
    if (genres.items.length + avoided.items.length === 0) return false;
    const pairs = new Set(genres.items.map(genrePair));
    const handles = new Set(avoided.items.flatMap(({ platform, avoided_handle }) => (platform === "soundcloud" ? [avoided_handle] : [])));
    const writes = [
      ...genres.items.flatMap((genre) => MemberGenre.writes.delete(ctx, genre)),
      ...avoided.items.flatMap((item) => AvoidListItem.writes.delete(ctx, item)),
      ...Member.writes.patch(ctx, member, {
        genre_pairs: member.genre_pairs.filter((pair) => !pairs.has(pair)),
        avoided_handles: member.avoided_handles.filter((handle) => !handles.has(handle)),
      }),
    ];
    await unlessGone(transact(ctx, soundcloud, writes, { pattern: "members.clearLists" }));
    return true;
  });

export const clearLists = async (ctx: EraseCtx, { member }: Erasure): Promise<Progress | undefined> => {
  while (await clearSome(ctx, member.id));
  return undefined;
};

/** The items by which other members avoid one of the handles. SoundCloud's are told by what members mirror; the others are looked up. */
const avoidedBy = async (ctx: OrgCtx, { handle, spotify_handles = [] }: Erasure["texts"]): Promise<AvoidListItem[]> => {
  const { org_id } = ctx;
  if (handle === undefined && spotify_handles.length === 0) return [];
  const keys = [];
  for await (const { id: member_id, avoided_handles } of every((page) => Member.query.all(ctx, { org_id }, { ...page, limit: 1000 }))) {
    if (handle !== undefined && avoided_handles.includes(handle)) keys.push({ org_id, member_id, platform: "soundcloud" as const, avoided_handle: handle });
    for (const avoided_handle of spotify_handles) keys.push({ org_id, member_id, platform: "spotify" as const, avoided_handle });
  }
  return AvoidListItem.getMany(ctx, keys, { consistent: true });
};

/** Other members stop avoiding the channels: nobody can be matched with them, and the item with its reason is about the person. */
export const leaveAvoidLists = async (ctx: EraseCtx, { texts }: Erasure): Promise<Progress | undefined> => {
  const stopped = await through(ctx, await avoidedBy(ctx, texts), (item) => stopAvoiding(ctx, item));
  return stopped && {};
};

const stopAvoiding = (ctx: OrgCtx, listed: AvoidListItem): Promise<void> =>
  contend(async () => {
    const [member, item] = await Promise.all([
      Member.get(ctx, { org_id: ctx.org_id, id: listed.member_id }, { consistent: true }),
      AvoidListItem.find(ctx, listed, { consistent: true }),
    ]);
    if (!item) return;
    const kept = member.avoided_handles.filter((handle) => handle !== item.avoided_handle);
    const mirror = Member.writes.patch(ctx, member, item.platform === "soundcloud" ? { avoided_handles: kept } : {});
    await unlessGone(transact(ctx, soundcloud, [...AvoidListItem.writes.delete(ctx, item), ...mirror], { pattern: "members.stopAvoiding" }));
  });

/** How many followed the member's channels, which may tell whose they were, and the jumps that ops looked at. */
export const clearFollowers = async (ctx: EraseCtx, { member: { org_id, id: member_id } }: Erasure): Promise<Progress | undefined> => {
  for (const platform of Platform.options) {
    const counts = every((page) => FollowerCount.list(ctx, { org_id, member_id, platform }, { ...page, consistent: true }));
    if (await through(ctx, counts, (count) => unlessGone(FollowerCount.delete(ctx, count)))) return {};
  }
  const flags = every((page) => FollowerFlag.query.byMember(ctx, { org_id, member_id }, page));
  return (await through(ctx, flags, (flag) => unlessGone(FollowerFlag.delete(ctx, flag)))) && {};
};

/** The ledger keeps every number and its chain; what somebody wrote beside a correction goes. The hash does not cover it. */
export const clearNotes = async (ctx: EraseCtx, { member: { org_id, id } }: Erasure): Promise<Progress | undefined> => {
  const entries = every((page) => LedgerEntry.list(ctx, { org_id, member_id: id }, { ...page, consistent: true }));
  const stopped = await through(ctx, entries, async (entry) => {
    const { note, ...metadata } = entry.metadata;
    if (note !== undefined) await LedgerEntry.patch(ctx, entry, { metadata }, { from: entry });
  });
  return stopped && {};
};
