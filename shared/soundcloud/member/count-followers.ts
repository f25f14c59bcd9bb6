import { TierChanged } from "../../../events/soundcloud/tier-changed.v1.ts";
import type { OrgCtx } from "../../kernel/context.ts";
import { todayOf } from "../../kernel/days.ts";
import type { Write } from "../../kernel/table/table.ts";
import { withTerms } from "../credit/apply-terms.ts";
import { postingWrites } from "../credit/post-credits.ts";
import { Wallet } from "../credit/wallet.ts";
import type { Settings } from "../settings/settings.ts";
import { soundcloudSystem } from "../table.ts";
import { isImplausibleJump } from "../tier/implausible-jump.ts";
import { tier, walletTerms } from "../tier/tier.ts";
import { FollowerCount } from "./follower-count.ts";
import { FollowerFlag } from "./follower-flag.ts";
import type { MemberAccount } from "./member-account.ts";
import { Member } from "./member.ts";

/** A count of longer ago says nothing about a jump. */
const COMPARED_MS = 7 * 86_400_000;

interface Counted {
  readonly counted_on: string;
  readonly follower_count: number;
}

/** What an account had before any count was kept. */
const accountBefore = (account: MemberAccount | undefined): Counted | undefined =>
  account && { counted_on: (account.last_synced_at ?? account.created_at).slice(0, 10), follower_count: account.follower_count };

const flagWrites = async (
  ctx: OrgCtx,
  today: FollowerCount["counted_on"],
  before: Counted | undefined,
  count: Omit<FollowerFlag, "id" | "counted_on" | "counted_before_on" | "follower_count_before" | "version" | "created_at" | "updated_at">,
): Promise<Write[]> => {
  if (!before || before.counted_on >= today || Date.parse(today) - Date.parse(before.counted_on) > COMPARED_MS) return [];
  if (!isImplausibleJump(before.follower_count, count.follower_count)) return [];
  const { org_id, member_id, platform, follower_count } = count;
  ctx.log.warn("followers jumped", { member_id, platform, before: before.follower_count, after: follower_count });
  const found = await FollowerFlag.find(ctx, { org_id, counted_on: today, member_id, platform }, { consistent: true });
  if (found) return FollowerFlag.writes.patch(ctx, found, { follower_count });
  return FollowerFlag.writes.create(ctx, { ...count, counted_on: today, counted_before_on: before.counted_on, follower_count_before: before.follower_count });
};

/** The writes that keep an account's count of today, and flag it when it jumped. `account` is as it was before. */
export const countWrites = async (
  ctx: OrgCtx,
  account: MemberAccount | undefined,
  { member_id, platform, follower_count }: Pick<FollowerCount, "member_id" | "platform" | "follower_count">,
): Promise<Write[]> => {
  const { org_id } = ctx;
  const today = todayOf(ctx);
  const { items } = await FollowerCount.list(ctx, { org_id, member_id, platform }, { desc: true, limit: 2, consistent: true });
  const stored = items.find(({ counted_on }) => counted_on === today);
  const before = items.find(({ counted_on }) => counted_on < today) ?? accountBefore(account);
  const flag = await flagWrites(ctx, today, before, { org_id, member_id, platform, follower_count });
  if (stored) return [...FollowerCount.writes.patch(ctx, stored, { follower_count }), ...flag];
  return [...FollowerCount.writes.create(ctx, { org_id, member_id, platform, counted_on: today, follower_count }), ...flag];
};

/** What follows from the followers of a SoundCloud account: the member's count and tier, the wallet's grant and cap, the event of a new tier. */
export const followerWrites = async (
  ctx: OrgCtx,
  member: Member,
  follower_count: number,
  settings: Settings,
  more: Parameters<typeof Member.writes.patch>[2] = {},
): Promise<Write[]> => {
  const wallet = await Wallet.get(ctx, { org_id: ctx.org_id, member_id: member.id }, { consistent: true });
  const size_tier = tier(follower_count, settings.size_tier_thresholds);
  const moved = size_tier !== member.size_tier;
  const posting = withTerms(wallet, walletTerms(size_tier, settings));
  return [
    ...Member.writes.patch(ctx, member, {
      ...more,
      soundcloud_followers: follower_count,
      ...(moved ? { size_tier, tier_updated_at: ctx.clock.now().toISOString() } : {}),
    }),
    ...(posting ? postingWrites(ctx, wallet, posting, { reference_id: ctx.ids.uuid() }) : []),
    ...(moved ? soundcloudSystem.emit(ctx, TierChanged, { member_id: member.id, from: member.size_tier, to: size_tier }) : []),
  ];
};
