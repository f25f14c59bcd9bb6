import type { OrgCtx } from "../../kernel/context.ts";
import { todayOf } from "../../kernel/days.ts";
import { contend, transact } from "../../kernel/table/table.ts";
import type { Settings } from "../settings/settings.ts";
import type { SoundCloudUser } from "../soundcloud/resources.ts";
import { soundcloud } from "../table.ts";
import { countWrites, followerWrites } from "./count-followers.ts";
import { MemberAccount } from "./member-account.ts";
import { Member } from "./member.ts";

/** Whether an account was synced on the clock's UTC day. */
export const isSyncedToday = (ctx: OrgCtx, { last_synced_at }: MemberAccount): boolean =>
  last_synced_at !== undefined && last_synced_at.slice(0, 10) >= todayOf(ctx);

/**
 * Takes over how many follow a member's channel, with what follows from it, in one transaction. Status and connection
 * stay as they are. Nothing happens for an erased member, without an account, for an account that was synced today, and
 * for a count that SoundCloud does not tell. README, Followers.
 */
export const refreshAccount = (ctx: OrgCtx, member_id: string, { urn, followers_count }: SoundCloudUser, settings: Settings): Promise<void> =>
  contend(async () => {
    const { org_id } = ctx;
    const key = { org_id, member_id, platform: "soundcloud" as const };
    const [member, account] = await Promise.all([
      Member.get(ctx, { org_id, id: member_id }, { consistent: true }),
      MemberAccount.find(ctx, key, { consistent: true }),
    ]);
    if (followers_count === null || member.erased_at !== undefined || !account || isSyncedToday(ctx, account)) return;
    const last_synced_at = ctx.clock.now().toISOString();
    await transact(
      ctx,
      soundcloud,
      [
        ...MemberAccount.writes.patch(ctx, account, { follower_count: followers_count, last_synced_at }),
        ...(await countWrites(ctx, account, { member_id, platform: "soundcloud", follower_count: followers_count })),
        ...(await followerWrites(ctx, member, followers_count, settings, { soundcloud_urn: urn })),
      ],
      { pattern: "members.refreshAccount" },
    );
  });
