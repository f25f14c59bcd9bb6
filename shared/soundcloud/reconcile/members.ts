import type { OrgCtx } from "../../kernel/context.ts";
import { sha256 } from "../../kernel/crypto/tokens.ts";
import { every } from "../../kernel/table/every.ts";
import { Wallet } from "../credit/wallet.ts";
import { AvoidListItem } from "../member/avoid-list-item.ts";
import { genrePair } from "../member/create-member.ts";
import { MemberAccount } from "../member/member-account.ts";
import { MemberGenre } from "../member/member-genre.ts";
import type { Member } from "../member/member.ts";
import { QueueAssignment } from "../queue/queue-assignment.ts";
import { Submission } from "../submission/submission.ts";
import { type Difference, compare } from "./difference.ts";

/** How a supporter's assignments ended. One that ops gave to another, or whose artist was erased, is not the supporter's doing and counts nowhere. */
const endsOf = async (ctx: OrgCtx, supporter_id: string) => {
  const ends = { completed_count: 0, failed_count: 0, skipped_count: 0 };
  for await (const one of every((page) => QueueAssignment.query.bySupporter(ctx, { org_id: ctx.org_id, supporter_id }, page)))
    if (one.status !== "assigned" && one.swapped_to === undefined && !one.excused) ends[`${one.status}_count`] += 1;
  return ends;
};

/**
 * What counts against the limit of the month that the member counts: all but rejected ones. Nothing of an erased member,
 * whose open submissions turned rejected uncounted.
 */
const submittedOf = async (ctx: OrgCtx, { org_id, id, submissions_month, erased_at }: Member): Promise<{ submissions_this_month?: number }> => {
  if (submissions_month === undefined || erased_at !== undefined) return {};
  let submissions_this_month = 0;
  for await (const one of every((page) => Submission.query.byParty(ctx, { org_id, party_id: id }, page)))
    if (one.submitted_month === submissions_month && one.status !== "rejected") submissions_this_month += 1;
  return { submissions_this_month };
};

/** Tells lists apart without naming anybody: differences are logged, and kept longer than people are. */
const fingerprint = (handles: readonly string[]): string => `${handles.length} handles, ${sha256(handles.toSorted().join("\n")).slice(0, 12)}`;

/** A member with what stands beside it under keys of its own. */
interface MemberBooks {
  readonly member: Member;
  readonly account: MemberAccount | undefined;
  readonly wallet: Wallet | undefined;
}

/** The SoundCloud accounts and wallets of members, read together. */
export const booksOf = async (ctx: OrgCtx, members: readonly Member[]): Promise<MemberBooks[]> => {
  const keys = members.map(({ id: member_id }) => ({ org_id: ctx.org_id, member_id }));
  const [accounts, wallets] = await Promise.all([
    MemberAccount.getMany(
      ctx,
      keys.map((key) => ({ ...key, platform: "soundcloud" as const })),
      { consistent: true },
    ),
    Wallet.getMany(ctx, keys, { consistent: true }),
  ]);
  return members.map((member) => ({
    member,
    account: accounts.find(({ member_id }) => member_id === member.id),
    wallet: wallets.find(({ member_id }) => member_id === member.id),
  }));
};

/**
 * Recomputes what a member mirrors and counts: genres, avoided handles, the followers and health of the SoundCloud
 * account, how assignments ended, what was submitted in the month; and that there is a wallet.
 */
export const checkMember = async (ctx: OrgCtx, { member, account, wallet }: MemberBooks): Promise<Difference[]> => {
  const at = { org_id: ctx.org_id, member_id: member.id };
  const [genres, avoided, ends, submitted] = await Promise.all([
    Array.fromAsync(every((page) => MemberGenre.list(ctx, at, page))),
    Array.fromAsync(every((page) => AvoidListItem.list(ctx, at, page))),
    endsOf(ctx, member.id),
    submittedOf(ctx, member),
  ]);
  const { genre_pairs, avoided_handles, soundcloud_followers, completed_count, failed_count, skipped_count, submissions_this_month } = member;
  return compare(
    "member",
    member.id,
    {
      wallets: 1,
      genre_pairs,
      avoided_handles: fingerprint(avoided_handles),
      soundcloud_followers,
      soundcloud_linked: String(member.soundcloud_linked),
      completed_count,
      failed_count,
      skipped_count,
      submissions_this_month,
    },
    {
      wallets: wallet ? 1 : 0,
      genre_pairs: genres.map(genrePair),
      avoided_handles: fingerprint(avoided.flatMap((item) => (item.platform === "soundcloud" ? [item.avoided_handle] : []))),
      soundcloud_followers: account?.follower_count ?? 0,
      soundcloud_linked: String(account?.status === "linked"),
      ...ends,
      ...submitted,
    },
  );
};
