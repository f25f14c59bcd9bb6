import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { RefreshFollowers } from "../../../events/soundcloud/refresh-followers.v1.ts";
import { membersApi } from "../../../functions/soundcloud/members.api.ts";
import { refreshFollowersDailyJob } from "../../../functions/soundcloud/refresh-followers-daily.schedule.ts";
import { refreshFollowersWorker } from "../../../functions/soundcloud/refresh-followers.worker.ts";
import { orderErasure } from "../../../shared/soundcloud/erasure/order-erasure.ts";
import { FollowerCount } from "../../../shared/soundcloud/member/follower-count.ts";
import { MemberAccount } from "../../../shared/soundcloud/member/member-account.ts";
import type { Member } from "../../../shared/soundcloud/member/member.ts";
import { reconcileOrg } from "../../../shared/soundcloud/reconcile/reconcile.ts";
import { control } from "../../integration/providers/support.ts";
import type { MemberWish, SoundcloudOrg } from "../../support/soundcloud.ts";
import { type QueueWorld, memberOf, queueWorld, typesOf } from "./queues-world.ts";

const DAY_MS = 86_400_000;
let world: QueueWorld;
beforeAll(async () => {
  world = await queueWorld({ apis: [membersApi] });
});
afterAll(() => world.stop());

let channels = 0;
/** A member whose channel has so many followers on SoundCloud; the network believes what `wish` says. */
const channel = async (org: SoundcloudOrg, followers_count: number, wish: MemberWish = {}): Promise<Member> => {
  const handle = `channel-${(channels += 1)}`;
  await control(world.sandbox.url, "PUT", "accounts", { accounts: [{ handle, followers_count }] });
  return org.member({ soundcloud_handle: handle, soundcloud_url: `https://soundcloud.com/${handle}`, ...wish });
};
const nowHas = (member: Member, followers_count: number) =>
  control(world.sandbox.url, "PUT", "accounts", { accounts: [{ handle: member.soundcloud_handle, followers_count }] });
const run = (org: SoundcloudOrg, options: { remaining_ms?: number } = {}) =>
  world.deliver(refreshFollowersWorker, [org.message(RefreshFollowers, {})], options);
const countsOf = async (org: SoundcloudOrg, member_id: string) =>
  (await FollowerCount.list(org.ctx, { org_id: org.org_id, member_id, platform: "soundcloud" }, { consistent: true })).items.map(
    ({ counted_on, follower_count }) => [counted_on, follower_count],
  );
const flagsOf = async (org: SoundcloudOrg) => (await org.moderator.api.get("/soundcloud/follower-flags")).body.items;
const today = () => world.clock.now().toISOString().slice(0, 10);

describe("the daily refresh", () => {
  it("promotes and demotes with the credits that follow, and moves the tier's time only with the tier", async () => {
    const org = await world.org();
    const [rises, falls, stays] = [
      await channel(org, 12_000, { followers: 9_000 }),
      await channel(org, 90_000, { followers: 110_000, credits: 9 }),
      await channel(org, 560, { followers: 550 }),
    ];
    world.clock.advance(DAY_MS);
    expect(await run(org)).toBe(0);
    const [up, down, same] = await Promise.all([rises, falls, stays].map(({ id }) => memberOf(org, id)));
    expect([up!.size_tier, up!.soundcloud_followers, up!.tier_updated_at]).toEqual(["T3", 12_000, world.clock.now().toISOString()]);
    expect([down!.size_tier, down!.soundcloud_followers]).toEqual(["T3", 90_000]);
    expect([same!.size_tier, same!.soundcloud_followers, same!.tier_updated_at]).toEqual(["T1", 560, stays.tier_updated_at]);
    expect(await org.wallet(rises.id)).toMatchObject({ monthly_grant: 2, cap: 6 });
    expect(await org.wallet(falls.id)).toMatchObject({ monthly_grant: 2, cap: 6, balance: 6, held: 3 });
    expect((await typesOf(org)).filter((type) => type === "tier-changed")).toHaveLength(2);
    expect((await reconcileOrg(org.ctx)).differences).toEqual([]);
    expect(await flagsOf(org)).toEqual([]);
  });

  it("counts each account once a day, delivered twice and at the same time, and learns its URN", async () => {
    const org = await world.org();
    const member = await channel(org, 1000, { followers: 1000 });
    world.clock.advance(DAY_MS);
    const message = org.message(RefreshFollowers, {});
    expect(await Promise.all([1, 2].map(() => world.deliver(refreshFollowersWorker, [message])))).toEqual([0, 0]);
    const { version, soundcloud_urn } = await memberOf(org, member.id);
    expect(soundcloud_urn).toMatch(/^soundcloud:users:/);
    const before = world.asked.length;
    expect(await run(org)).toBe(0);
    expect([world.asked.length, (await memberOf(org, member.id)).version]).toEqual([before, version]);
    world.clock.advance(DAY_MS);
    await nowHas(member, 1100);
    expect(await run(org)).toBe(0);
    expect(world.asked.slice(before).filter((url) => url.includes("/users?urns="))).toHaveLength(1);
    expect((await countsOf(org, member.id)).map(([, count]) => count)).toEqual([1000, 1100]);
  });

  it("leaves status and connection as they are, and erased members and those without an account alone", async () => {
    const org = await world.org();
    const [lost, gone] = [await channel(org, 2000, { followers: 1900 }), await channel(org, 2000)];
    const without = await org.member({ unlinked: true });
    const key = { org_id: org.org_id, member_id: lost.id, platform: "soundcloud" as const };
    await org.moderator.api.put(`/soundcloud/members/${lost.id}/accounts/soundcloud`, {
      handle: lost.soundcloud_handle,
      follower_count: 1900,
      status: "reconnect",
    });
    await orderErasure(org.ctx, gone.id);
    world.clock.advance(DAY_MS);
    expect(await run(org)).toBe(0);
    expect(await memberOf(org, lost.id)).toMatchObject({ status: "needs_reconnect", soundcloud_linked: false, soundcloud_followers: 2000 });
    expect((await MemberAccount.get(org.ctx, key, { consistent: true })).status).toBe("reconnect");
    expect(await memberOf(org, gone.id)).toMatchObject({ soundcloud_followers: 0, erased_at: expect.any(String) });
    expect([await countsOf(org, gone.id), await countsOf(org, without.id)]).toEqual([[], []]);
  });

  it("flags a jump, blocks nothing, and shows it to ops only", async () => {
    const org = await world.org();
    const member = await channel(org, 60_000, { followers: 10_000 });
    const before = today();
    world.clock.advance(DAY_MS);
    expect(await run(org)).toBe(0);
    expect(await memberOf(org, member.id)).toMatchObject({ size_tier: "T3", soundcloud_followers: 60_000 });
    expect(await flagsOf(org)).toMatchObject([
      {
        member_id: member.id,
        platform: "soundcloud",
        counted_on: today(),
        follower_count: 60_000,
        counted_before_on: before,
        follower_count_before: 10_000,
      },
    ]);
    const person = await org.person(member.emails[0]!, ["member"]);
    expect((await person.api.get("/soundcloud/follower-flags")).status).toBe(403);
    expect((await person.api.get(`/soundcloud/members/${member.id}/follower-counts`)).body.items).toMatchObject([
      { counted_on: today(), follower_count: 60_000 },
    ]);
    expect((await person.api.get(`/soundcloud/members/${(await org.member()).id}/follower-counts`)).status).toBe(404);
  });

  it("keeps the count of a channel that SoundCloud does not show", async () => {
    const org = await world.org();
    const member = await org.member({ soundcloud_handle: "missing-channel", followers: 700 });
    world.clock.advance(DAY_MS);
    expect(await run(org)).toBe(0);
    expect([(await memberOf(org, member.id)).soundcloud_followers, await countsOf(org, member.id)]).toEqual([700, []]);
  });

  it("is tried again when SoundCloud does not answer, and refreshes the neighbours of a member that breaks", async () => {
    const org = await world.org();
    const [broken, neighbour] = [await channel(org, 800), await channel(org, 900)];
    world.clock.advance(DAY_MS);
    await world.fault("503", 4);
    expect(await run(org)).toBe(1);
    await control(world.sandbox.url, "DELETE", "faults");
    // Without its wallet a member's tier cannot follow.
    await world.db.send("Delete", "tests.poison", { TableName: world.physical.soundcloud, Key: { pk: `${org.org_id}#M#${broken.id}`, sk: "W" } });
    expect(await run(org)).toBe(1);
    expect([(await memberOf(org, broken.id)).soundcloud_followers, (await memberOf(org, neighbour.id)).soundcloud_followers]).toEqual([500, 900]);
  });

  it("goes on in a message when time runs short, with what is left of the page", async () => {
    const org = await world.org();
    const members = [await channel(org, 700), await channel(org, 800)];
    world.clock.advance(DAY_MS);
    world.sent.splice(0);
    expect(await run(org, { remaining_ms: 30_000 })).toBe(0);
    expect(world.sent.map(({ envelope }) => envelope.type)).toEqual([RefreshFollowers.type]);
    expect(await world.drain(refreshFollowersWorker)).toBe(1);
    expect(await Promise.all(members.map(async ({ id }) => (await memberOf(org, id)).soundcloud_followers))).toEqual([700, 800]);
  });

  it("a poison message fails alone", async () => {
    const org = await world.org();
    const member = await channel(org, 640);
    world.clock.advance(DAY_MS);
    expect(await world.deliver(refreshFollowersWorker, ["{", org.message(RefreshFollowers, {}), "not json"])).toBe(2);
    expect((await memberOf(org, member.id)).soundcloud_followers).toBe(640);
  });

  it("is ordered for every org once a day", async () => {
    world.sent.splice(0);
    await world.tick(refreshFollowersDailyJob, "2027-03-01T00:45:00Z");
    const orders = world.sent.splice(0).map(({ envelope }) => envelope.org_id);
    expect(new Set(orders).size).toBe(orders.length);
    await world.tick(refreshFollowersDailyJob, "2027-03-01T00:45:00Z");
    expect(world.sent.splice(0)).toEqual([]);
  });
});

describe("a sync by hand", () => {
  it("is counted too, the last one of a day, and another channel's count is no jump", async () => {
    const org = await world.org();
    const { id } = await org.member({ soundcloud_handle: "by-hand", followers: 1000 });
    const sync = (handle: string, follower_count: number) => org.moderator.api.put(`/soundcloud/members/${id}/accounts/soundcloud`, { handle, follower_count });
    world.clock.advance(DAY_MS);
    for (const count of [1200, 1250]) expect((await sync("by-hand", count)).status).toBe(200);
    expect(await countsOf(org, id)).toEqual([[today(), 1250]]);
    expect(await flagsOf(org)).toEqual([]);
    world.clock.advance(DAY_MS);
    expect((await sync("by-hand", 30_000)).status).toBe(200);
    expect((await sync("by-hand", 31_000)).status).toBe(200);
    expect(await flagsOf(org)).toMatchObject([{ follower_count: 31_000, follower_count_before: 1250 }]);
  });
});
