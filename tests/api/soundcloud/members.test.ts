import { beforeAll, describe, expect, it } from "vitest";
import { membersApi } from "../../../functions/soundcloud/members.api.ts";
import type { Member } from "../../../shared/soundcloud/member/member.ts";
import { reconcileOrg } from "../../../shared/soundcloud/reconcile/reconcile.ts";
import { Settings } from "../../../shared/soundcloud/settings/settings.ts";
import { type SoundcloudWorld, soundcloudWorld } from "../../support/soundcloud.ts";
import type { Person } from "../../support/world.ts";

let world: SoundcloudWorld;
let artist: { member: Member; person: Person };
let other: { member: Member; person: Person };
beforeAll(async () => {
  world = await soundcloudWorld({ apis: [membersApi] });
  artist = await world.artist({ followers: 1000 });
  other = await world.artist();
});

const base = "/soundcloud/members";
const at = (id: string, rest = "") => `${base}/${id}${rest}`;
const read = async (id: string) => (await world.moderator.api.get(at(id))).body;
const MISSING = "019e1b9a-7c00-7000-8000-000000000099";

describe("POST /soundcloud/members", () => {
  it("201 with tier, opening grant and event; a replay is the same and makes nothing", async () => {
    const body = {
      name: "Neon Nights",
      emails: ["Hello@Neon.example", "label@neon.example"],
      primary_email: "label@neon.example",
      soundcloud_url: "https://soundcloud.com/neon-nights",
      account: { handle: "Neon-Nights", follower_count: 100_000 },
      genres: [world.genre("Electronic/House"), world.genre("Pop"), world.genre("Pop")],
    };
    const [first, again] = [await world.moderator.api.post(base, body, { key: "neon" }), await world.moderator.api.post(base, body, { key: "neon" })];
    expect(first).toMatchObject({
      status: 201,
      headers: { location: `${base}/${first.body.id}` },
      body: {
        emails: ["hello@neon.example", "label@neon.example"],
        status: "active",
        size_tier: "T4",
        soundcloud_handle: "neon-nights",
        soundcloud_followers: 100_000,
        followers: 100_000,
        families: ["Electronic", "Pop"],
        subgenres: ["House"],
        credits_balance: 3,
        credits_cap: 9,
        credits_monthly_grant: 3,
        credits_given: 0,
        credits_used: 0,
        net_credits: 0,
        submissions_this_month: 0,
        monthly_submission_limit: 4,
        inactive: false,
      },
    });
    expect(again.body).toEqual(first.body);
    expect(again.headers["idempotency-replayed"]).toBe("true");
    expect(first.body).not.toHaveProperty("avoided_handles");
    const told = (await world.events()).filter(
      ({ type, data }) => type === "soundcloud.member-created.v1" && (data as { member_id: string }).member_id === first.body.id,
    );
    expect(told.length).toBe(1);
  });

  it.each([
    ["email_taken", { emails: ["ARTIST-1@example.com"] }],
    ["handle_taken", { soundcloud_handle: "artist-1" }],
    ["handle_taken", { account: { handle: "artist-1", follower_count: 1 } }],
  ])("409 %s", async (code, more) => {
    expect((await world.admin.api.post(base, { name: "Copy", ...more })).problem).toMatchObject({ status: 409, code });
  });

  it.each([
    ["six addresses", { emails: Array.from({ length: 6 }, (_, n) => `n${n}@six.example`) }, "/emails"],
    ["a channel elsewhere", { soundcloud_url: "https://soundcloud.com.evil.example/x" }, "/soundcloud_url"],
    ["a script as address", { soundcloud_url: "javascript:alert(1)" }, "/soundcloud_url"],
    ["a handle that is none", { account: { handle: "Über Artist!", follower_count: 1 } }, "/account/handle"],
    ["negative followers", { account: { handle: "x", follower_count: -1 } }, "/account/follower_count"],
    ["a tier by hand", { size_tier: "T4" }, "/size_tier"],
    ["credits by hand", { credits_balance: 9 }, "/credits_balance"],
  ])("400 for %s", async (_, more, pointer) => {
    const { problem } = await world.admin.api.post(base, { name: "Bad", ...more });
    expect([problem.status, ...new Set(problem.errors.map((error) => error.pointer))]).toEqual([400, pointer]);
  });

  it("422 for genres that the org does not have and a primary address that is not listed", async () => {
    const { genre_family_id } = world.genre("Pop");
    const { subgenre_id } = world.genre("Rock/Post Rock");
    const genres = [{ genre_family_id: MISSING }, { genre_family_id, subgenre_id }];
    expect((await world.admin.api.post(base, { name: "Bad", genres })).problem).toMatchObject({
      status: 422,
      code: "unknown_genre",
      errors: [{ pointer: "/genres/0" }, { pointer: "/genres/1" }],
    });
    expect((await world.admin.api.post(base, { name: "Bad", genre_family_id: MISSING })).problem).toMatchObject({
      status: 422,
      errors: [{ pointer: "/genre_family_id" }],
    });
    expect((await world.admin.api.post(base, { name: "Bad", primary_email: "x@y.example" })).problem).toMatchObject({ status: 422, code: "not_listed" });
  });

  it("403 for a member; one of two parallel members gets an address", async () => {
    expect((await artist.person.api.post(base, { name: "Mine" })).status).toBe(403);
    const replies = await Promise.all([1, 2].map((n) => world.admin.api.post(base, { name: `Twin ${n}`, emails: ["twin@example.com"] })));
    expect(replies.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 409]);
  });
});

describe("GET /soundcloud/members", () => {
  it("lists by tier, status, or all, in pages, with one batch read of wallets a page", async () => {
    const mine = await world.org();
    for (const followers of [1000, 5000, 9999, 10_000]) await mine.member({ followers });
    const tier = await mine.admin.api.get(base, { query: { size_tier: "T2" } });
    expect(tier.body.items.map((item: { soundcloud_followers: number }) => item.soundcloud_followers)).toEqual([9999, 5000, 1000]);
    expect((await mine.admin.api.get(base, { query: { status: "needs_reconnect" } })).body.items).toEqual([]);
    const first = await mine.admin.api.get(base, { query: { limit: 3 } });
    const rest = await mine.admin.api.get(base, { query: { limit: 3, cursor: first.body.next_cursor } });
    expect([first.body.items.length, rest.body.items.length]).toEqual([3, 1]);
    world.uses.length = 0;
    await mine.admin.api.get(base);
    expect(world.uses.filter(({ pattern }) => pattern.startsWith("Wallet.")).length).toBe(1);
    expect((await mine.admin.api.get(base, { query: { size_tier: "T2", status: "active" } })).status).toBe(400);
  });

  it("403 for a member", async () => {
    expect((await artist.person.api.get(base)).status).toBe(403);
  });
});

describe("GET /soundcloud/members/{member_id}, /me and /soundcloud/member-id", () => {
  it("a member reads themselves under each", async () => {
    const [mine, me, id] = await Promise.all([
      artist.person.api.get(at(artist.member.id)),
      artist.person.api.get(at("me")),
      artist.person.api.get("/soundcloud/member-id"),
    ]);
    expect([mine.status, me.status, id.status]).toEqual([200, 200, 200]);
    expect(me.body).toEqual(mine.body);
    expect([me.body.id, id.body]).toEqual([artist.member.id, { member_id: artist.member.id }]);
  });

  it("the same 404 for another member, another org's and none", async () => {
    const elsewhere = await (await world.org()).member();
    const replies = await Promise.all([other.member.id, elsewhere.id, MISSING, "nonsense"].map((id) => artist.person.api.get(at(id))));
    expect(replies.map(({ status }) => status)).toEqual([404, 404, 404, 404]);
    expect(new Set(replies.slice(0, 3).map(({ problem }) => problem.detail)).size).toBe(1);
    expect((await world.admin.api.get(at(elsewhere.id))).status).toBe(404);
  });

  it("404 for ops who are no member, an API key, and somebody whose address is not verified", async () => {
    const { emails } = await world.member();
    const unverified = await world.person(emails[0]!, ["member"], { verified: false });
    const key = await world.apiKey(["admin"]);
    for (const api of [world.admin.api, key, unverified.api]) expect((await api.get(at("me"))).status).toBe(404);
  });

  it("matches any of the addresses, and a second user never takes a member over", async () => {
    const two = await world.member({ emails: ["one@two.example", "second@two.example"] });
    const second = await world.person("second@two.example", ["member"]);
    expect((await second.api.get(at("me"))).body.id).toBe(two.id);
    const first = await world.person("one@two.example", ["member"]);
    expect((await first.api.get(at("me"))).status).toBe(404);
  });

  it("of two users who come at once one is the member", async () => {
    const { id } = await world.member({ emails: ["left@both.example", "right@both.example"] });
    const [left, right] = [await world.person("left@both.example", ["member"]), await world.person("right@both.example", ["member"])];
    const replies = await Promise.all([left, right, left, right].map(({ api }) => api.get(at("me"))));
    expect(replies.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 200, 404, 404]);
    expect([left.user_id, right.user_id]).toContain((await read(id)).user_id);
  });

  it("becomes inactive after the settings' days", async () => {
    const sleepy = await soundcloudWorld({ apis: [membersApi] });
    const { id } = await sleepy.member();
    sleepy.clock.advance(90 * 24 * 3600_000);
    expect((await sleepy.admin.api.get(at(id))).body.inactive).toBe(false);
    sleepy.clock.advance(1);
    expect((await sleepy.admin.api.get(at(id))).body.inactive).toBe(true);
  });
});

describe("PATCH /soundcloud/members/{member_id}", () => {
  it("a member changes their profile and nothing else", async () => {
    const { version } = await read(artist.member.id);
    const patch = (body: object, more: object = { version }) => artist.person.api.patch(at(artist.member.id), body, more);
    for (const field of [{ monthly_submission_limit: 100 }, { reach_factor: "1.000" }, { emails: [] }, { daily_capacity: 10 }])
      expect((await patch(field)).problem).toMatchObject({ status: 403, code: "ops_only" });
    for (const field of [{ size_tier: "T4" }, { credits_balance: 9 }, { user_id: MISSING }, { genre_pairs: [] }]) expect((await patch(field)).status).toBe(400);
    expect((await patch({ name: "X" }, {})).status).toBe(428);
    const changed = await patch({ name: "Renamed", genre_notes: "slow", spotify_handle: "renamed" });
    expect(changed).toMatchObject({ status: 200, body: { name: "Renamed", genre_notes: "slow", version: version + 1 } });
    expect((await patch({ name: "Late" })).problem).toMatchObject({ status: 412, current_version: version + 1 });
    expect((await artist.person.api.patch(at(other.member.id), { name: "Mine now" }, { version: 1 })).status).toBe(404);
  });

  it("ops change addresses: the user is unlinked, and whoever owns the new one is matched", async () => {
    const { member, person } = await world.artist();
    expect((await person.api.get(at("me"))).status).toBe(200);
    const { version } = await read(member.id);
    const patched = await world.moderator.api.patch(at(member.id), { emails: ["new-owner@example.com"] }, { version });
    expect(patched.body).not.toHaveProperty("user_id");
    expect((await person.api.get(at("me"))).status).toBe(404);
    const owner = await world.person("new-owner@example.com", ["member"]);
    expect((await owner.api.get(at("me"))).body.id).toBe(member.id);
    expect(
      (await world.admin.api.patch(at(member.id), { emails: ["artist-1@example.com"] }, { version: (await read(member.id)).version })).problem,
    ).toMatchObject({ status: 409, code: "email_taken" });
  });
});

describe("finding members by address", () => {
  it("for ops only, whatever the case", async () => {
    const check = (email: string, api = world.moderator.api) => api.post("/soundcloud/check-user-is-member", { email });
    expect((await check("Artist-1@Example.com")).body).toEqual({ is_member: true });
    expect((await check("nobody@example.com")).body).toEqual({ is_member: false });
    expect((await check("artist-1@example.com", artist.person.api)).status).toBe(403);
    expect((await world.moderator.api.get(at("by-email"), { query: { email: "ARTIST-2@example.com" } })).body.id).toBe(other.member.id);
    expect((await world.moderator.api.get(at("by-email"), { query: { email: "nobody@example.com" } })).status).toBe(404);
    expect((await artist.person.api.get(at("by-email"), { query: { email: "artist-1@example.com" } })).status).toBe(403);
    const elsewhere = await world.org();
    expect((await elsewhere.admin.api.post("/soundcloud/check-user-is-member", { email: "artist-1@example.com" })).body).toEqual({ is_member: false });
  });
});

describe("PUT /soundcloud/members/{member_id}/accounts/{platform}", () => {
  const sync = (id: string, follower_count: number, more: object = {}) =>
    world.moderator.api.put(at(id, "/accounts/soundcloud"), { handle: `synced-${id.slice(-6)}`, follower_count, ...more });

  it("moves tier, grant and cap with the followers; the event and tier_updated_at only on a change", async () => {
    const { id } = await world.member({ followers: 999 });
    const tierEvents = async () =>
      (await world.events())
        .filter(({ type, data }) => type === "soundcloud.tier-changed.v1" && (data as { member_id: string }).member_id === id)
        .map(({ data }) => data);
    const before = await read(id);
    world.clock.advance(60_000);
    expect((await sync(id, 998)).status).toBe(200);
    expect(await read(id)).toMatchObject({
      size_tier: "T1",
      soundcloud_followers: 998,
      tier_updated_at: before.tier_updated_at,
      soundcloud_handle: `synced-${id.slice(-6)}`,
    });
    expect(await tierEvents()).toEqual([]);
    await sync(id, 10_000);
    expect(await read(id)).toMatchObject({
      size_tier: "T3",
      tier_updated_at: world.clock.now().toISOString(),
      credits_balance: 1,
      credits_cap: 6,
      credits_monthly_grant: 2,
    });
    expect(await tierEvents()).toEqual([{ member_id: id, from: "T1", to: "T3" }]);
  });

  it("a demotion holds what is above the lower cap; nothing is lost", async () => {
    const { id } = await world.member({ followers: 100_000, credits: 8 });
    await sync(id, 500);
    expect(await world.wallet(id)).toMatchObject({ balance: 3, held: 5, cap: 3, monthly_grant: 1 });
  });

  it("follows the account's status, and another platform changes none of it", async () => {
    const { id } = await world.member({ followers: 700 });
    for (const [status, expected] of [
      ["reconnect", "needs_reconnect"],
      ["error", "needs_reconnect"],
      ["linked", "active"],
    ]) {
      await sync(id, 700, { status });
      expect(await read(id)).toMatchObject({ status: expected, soundcloud_linked: status === "linked" });
    }
    const spotify = await world.admin.api.put(at(id, "/accounts/spotify"), { handle: "Some Name", follower_count: 900_000 });
    expect(spotify).toMatchObject({ status: 200, body: { platform: "spotify", handle: "some name" } });
    expect(await read(id)).toMatchObject({ size_tier: "T1", soundcloud_followers: 700 });
    expect((await world.admin.api.get(at(id, "/accounts"))).body.items.map(({ platform }: { platform: string }) => platform)).toEqual([
      "soundcloud",
      "spotify",
    ]);
  });

  it("settings hold from the next sync on", async () => {
    const org = await world.org({ cap_months: 4 });
    const { id } = await org.member({ followers: 10_000 });
    const { version } = (await org.admin.api.get(at(id))).body;
    expect(version).toBe(1);
    await Settings.patch(org.ctx, { org_id: org.org_id }, { monthly_grants: { T1: 1, T2: 1, T3: 5, T4: 5 } });
    await org.admin.api.put(at(id, "/accounts/soundcloud"), { handle: "artist-1", follower_count: 10_000 });
    expect(await org.wallet(id)).toMatchObject({ balance: 2, monthly_grant: 5, cap: 20 });
  });

  it("403 for a member, 404 for another platform or member, 409 for a taken handle, 400 for a bad one", async () => {
    const put = (api: typeof world.admin.api, id: string, platform: string, handle: string) =>
      api.put(at(id, `/accounts/${platform}`), { handle, follower_count: 1 });
    expect((await put(artist.person.api, artist.member.id, "soundcloud", "x")).status).toBe(403);
    expect((await put(world.admin.api, artist.member.id, "tiktok", "x")).status).toBe(404);
    expect((await put(world.admin.api, MISSING, "soundcloud", "x")).status).toBe(404);
    expect((await put(world.admin.api, MISSING, "spotify", "x")).status).toBe(404);
    expect((await put(world.admin.api, artist.member.id, "soundcloud", "artist-2")).problem).toMatchObject({ status: 409, code: "handle_taken" });
    expect((await put(world.admin.api, artist.member.id, "soundcloud", "no handle")).problem).toMatchObject({ status: 400, errors: [{ pointer: "/handle" }] });
  });

  it("two syncs at once leave one of them, whole", async () => {
    const { id } = await world.member({ followers: 10 });
    const replies = await Promise.all([sync(id, 2000), sync(id, 20_000)]);
    expect(replies.map(({ status }) => status)).toEqual([200, 200]);
    const member = await read(id);
    expect([
      [2000, "T2", 3],
      [20_000, "T3", 6],
    ]).toContainEqual([member.soundcloud_followers, member.size_tier, member.credits_cap]);
  });
});

describe("genres of a member", () => {
  it("are added once, mirrored, and removed", async () => {
    const { id } = await world.member({ genres: [] });
    const path = at(id, "/genres");
    const added = await world.moderator.api.post(path, world.genre("Rock/Post Rock"));
    expect(added).toMatchObject({ status: 201, body: { ...world.genre("Rock/Post Rock"), version: 1 } });
    expect(added.body).not.toHaveProperty("subgenre_key");
    expect((await world.moderator.api.post(path, world.genre("Rock/Post Rock"))).problem).toMatchObject({ status: 409, code: "already_exists" });
    expect((await world.moderator.api.post(path, { genre_family_id: MISSING })).problem).toMatchObject({ status: 422, code: "unknown_genre" });
    expect(await read(id)).toMatchObject({ families: ["Rock"], subgenres: ["Post Rock"] });
    await Promise.all([world.moderator.api.post(path, world.genre("Pop")), world.moderator.api.post(path, world.genre("R&B"))]);
    expect((await read(id)).families).toEqual(["Pop", "R&B", "Rock"]);
    expect((await world.moderator.api.delete(`${path}/${added.body.id}`)).status).toBe(428);
    expect((await world.moderator.api.delete(`${path}/${added.body.id}`, { version: 1 })).status).toBe(204);
    expect((await world.moderator.api.delete(`${path}/${added.body.id}`, { version: 1 })).status).toBe(404);
    expect((await world.moderator.api.get(path)).body.items.length).toBe(2);
    expect((await read(id)).families).toEqual(["Pop", "R&B"]);
  });
});

describe("the avoid list of a member", () => {
  it("is the member's own to change; the reason is for ops", async () => {
    const path = at(artist.member.id, "/avoid-list-items");
    const added = await artist.person.api.post(path, { avoided_handle: " Loud-Label ", reason: "a dispute" });
    expect(added).toMatchObject({ status: 201, body: { avoided_handle: "loud-label", platform: "soundcloud" } });
    expect(added.body).not.toHaveProperty("reason");
    expect(JSON.stringify((await artist.person.api.get(path)).body)).not.toContain("dispute");
    expect((await world.moderator.api.get(path)).body.items).toMatchObject([{ reason: "a dispute" }]);
    expect((await artist.person.api.post(path, { avoided_handle: "LOUD-LABEL" })).problem).toMatchObject({ status: 409, code: "already_exists" });
    expect((await other.person.api.get(path)).status).toBe(404);
    expect((await other.person.api.delete(`${path}/${added.body.id}`, { version: 1 })).status).toBe(404);
    expect((await artist.person.api.delete(`${path}/${added.body.id}`, { version: 1 })).status).toBe(204);
    expect((await artist.person.api.get(path)).body.items).toEqual([]);
  });

  it("a replay to a member shows no reason either", async () => {
    const path = at(artist.member.id, "/avoid-list-items");
    const post = () => artist.person.api.post(path, { avoided_handle: "replayed", reason: "a secret" }, { key: "avoid" });
    const [first, again] = [await post(), await post()];
    expect(again.body).toEqual(first.body);
    expect(JSON.stringify(again.body)).not.toContain("secret");
  });
});

it("after all of this the mirrors are what their items say", async () => {
  expect(await reconcileOrg(world.ctx)).toMatchObject({ differences: [], checked: { campaign_account: true } });
});
