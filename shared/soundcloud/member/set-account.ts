import type * as z from "zod";
import type { OrgCtx } from "../../kernel/context.ts";
import { invalid } from "../../kernel/errors.ts";
import { type Write, contend, transact } from "../../kernel/table/table.ts";
import { syncedWrites } from "../planner/connection.ts";
import { getSettings } from "../settings/get-settings.ts";
import { soundcloud } from "../table.ts";
import { countWrites, followerWrites } from "./count-followers.ts";
import { MemberAccount } from "./member-account.ts";
import { Member, requireNotErased, soundcloudHandle } from "./member.ts";
import { visibleMember } from "./own-member.ts";

/** A whole account as synced: what is left out has its default. */
export const AccountSync = MemberAccount.api.create;
export type AccountSync = z.output<typeof AccountSync>;

/** A member's accounts, one per platform at most. Throws DomainError not_found. */
export const listAccounts = async (ctx: OrgCtx, member_id: string, page: { limit: number; position?: unknown }) => {
  const { org_id, id } = await visibleMember(ctx, member_id);
  return MemberAccount.list(ctx, { org_id, member_id: id }, page);
};

const accountWrites = (
  ctx: OrgCtx,
  stored: MemberAccount | undefined,
  key: { org_id: string; member_id: string; platform: MemberAccount["platform"] },
  sync: AccountSync,
): Write[] => {
  const fields = { ...sync, last_synced_at: ctx.clock.now().toISOString() };
  return stored ? MemberAccount.writes.patch(ctx, stored, fields) : MemberAccount.writes.create(ctx, { ...key, ...fields });
};

/** What follows from a SoundCloud account: beside what its followers decide, handle and status of the member. */
const followingWrites = async (ctx: OrgCtx, member: Member, sync: AccountSync): Promise<Write[]> =>
  followerWrites(ctx, member, sync.follower_count, await getSettings(ctx), {
    soundcloud_handle: sync.handle,
    // Another handle may be another channel: its URN is found anew.
    ...(sync.handle === member.soundcloud_handle ? {} : { soundcloud_urn: null }),
    soundcloud_linked: sync.status === "linked",
    status: sync.status === "linked" ? "active" : "needs_reconnect",
  });

/**
 * Sets a member's account on a platform to what a sync found; the last sync counts. The SoundCloud account decides the
 * member's followers, tier and status, and with the tier the wallet's grant and cap, all in one transaction.
 * Throws DomainError not_found, `member_erased`, `handle_taken` or `invalid_request`.
 */
export const setAccount = async (ctx: OrgCtx, member_id: string, platform: MemberAccount["platform"], sync: AccountSync): Promise<MemberAccount> => {
  if (platform === "soundcloud") requireSoundcloudHandle(sync.handle);
  const key = { org_id: ctx.org_id, member_id, platform };
  await contend(async () => {
    const [member, stored] = await Promise.all([
      Member.get(ctx, { org_id: ctx.org_id, id: member_id }, { consistent: true }),
      MemberAccount.find(ctx, key, { consistent: true }),
    ]);
    requireNotErased(member);
    const following = platform === "soundcloud" ? await followingWrites(ctx, member, sync) : Member.writes.patch(ctx, member, {});
    const connection = stored ? await syncedWrites(ctx, stored, sync) : [];
    // Another channel's count is no jump of this one.
    const before = stored?.handle === sync.handle ? stored : undefined;
    const count = await countWrites(ctx, before, { member_id, platform, follower_count: sync.follower_count });
    await transact(ctx, soundcloud, [...accountWrites(ctx, stored, key, sync), ...following, ...count, ...connection], { pattern: "members.setAccount" });
  });
  return MemberAccount.get(ctx, key, { consistent: true });
};

const requireSoundcloudHandle = (handle: string): void => {
  const parsed = soundcloudHandle.safeParse(handle);
  if (!parsed.success) throw invalid([{ pointer: "/handle", code: "handle_not_valid", detail: parsed.error.issues[0]!.message }]);
};
