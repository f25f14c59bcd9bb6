import { beforeAll, describe, expect, it } from "vitest";
import { targetsApi } from "../../../functions/soundcloud/targets.api.ts";
import { Member } from "../../../shared/soundcloud/member/member.ts";
import { SupportRecord, supportDigest } from "../../../shared/soundcloud/queue/support-record.ts";
import { type SoundcloudWorld, soundcloudWorld } from "../../support/soundcloud.ts";

let world: SoundcloudWorld;
beforeAll(async () => {
  world = await soundcloudWorld({ apis: [targetsApi], start: "2026-11-20T10:00:00.000Z", settings: { adjacency_matrix: { Electronic: { Pop: 0.5 } } } });
});

const idsOf = (body: { proposed_targets: { member_id: string }[] }): string[] => body.proposed_targets.map((target) => target.member_id);

describe("POST /soundcloud/submissions/{submission_id}/target-proposals", () => {
  it("201 with targets by score, prices and reach, and every reason against the others", async () => {
    const artist = await world.member({ followers: 500, credits: 1, soundcloud_handle: "the-artist" });
    const submission = await world.submission({
      member_id: artist.id,
      artist: "the-artist",
      genre_pairs: [`${world.genre("Electronic/House").genre_family_id}/${world.genre("Electronic/House").subgenre_id}`],
    });
    const house = await world.member({ genres: ["Electronic/House"] });
    const techno = await world.member({ genres: ["Electronic/Techno"] });
    const rock = await world.member({ genres: ["Rock"] });
    const unlinked = await world.member({ unlinked: true, genres: ["Rock"] });
    const avoiding = await world.member({ genres: ["Electronic"] });
    await Member.patch(world.ctx, avoiding, { avoided_handles: ["the-artist"] });
    const { status, body } = await world.moderator.api.post(`/soundcloud/submissions/${submission.id}/target-proposals`, { count: 5, mode: "balance" });
    expect(status).toBe(201);
    expect(idsOf(body)).toEqual([house.id]);
    expect(body).toMatchObject({ estimated_credits: 1, criteria: { credits: 1, count: 5, mode: "balance" }, expires_at: "2026-11-21T10:00:00.000Z" });
    const reasons = Object.fromEntries(body.conflicts.map((one: { member_id: string; reasons: string[] }) => [one.member_id, one.reasons]));
    expect(reasons[artist.id]).toContain("self");
    expect(reasons[techno.id]).toEqual(["insufficient_credits"]);
    expect(reasons[rock.id]).toEqual(["genre"]);
    expect(reasons[unlinked.id]).toEqual(["account_status", "genre"]);
    expect(reasons[avoiding.id]).toEqual(["avoid_list"]);
  });

  it("leaves out who had the track before, ever, and the artist lately", async () => {
    const org = await world.org();
    const client = await org.clientOf("Label");
    const submission = await org.submission({ client_id: client.id, artist: "band", slug: "song" });
    const [had, lately, longAgo] = [await org.member(), await org.member(), await org.member()];
    const digest = (key: string): string => supportDigest(org.org_id, key);
    const record = { org_id: org.org_id, assignment_id: submission.id };
    await SupportRecord.create(org.ctx, {
      ...record,
      supporter_id: had.id,
      track_key: digest(submission.track_key),
      artist_key: digest("band"),
      supported_on: "2020-01-01",
    });
    await SupportRecord.create(org.ctx, {
      ...record,
      supporter_id: lately.id,
      track_key: digest("other"),
      artist_key: digest("band"),
      supported_on: "2026-11-10",
    });
    await SupportRecord.create(org.ctx, {
      ...record,
      supporter_id: longAgo.id,
      track_key: digest("another"),
      artist_key: digest("band"),
      supported_on: "2026-11-01",
    });
    const { body } = await org.admin.api.post(`/soundcloud/submissions/${submission.id}/target-proposals`, {});
    expect(idsOf(body)).toEqual([longAgo.id]);
    expect(body.conflict_counts).toEqual({ same_track_before: 1, recent_artist: 1 });
    expect(body.criteria.credits).toBeUndefined();
  });

  it("409 for a rejected submission and for a service without reposts", async () => {
    const member = await world.member();
    const rejected = await world.submission({ member_id: member.id, status: "rejected" });
    expect((await world.admin.api.post(`/soundcloud/submissions/${rejected.id}/target-proposals`, {})).problem.code).toBe("no_demand");
    const client = await world.clientOf("Playlist Client");
    const playlist = await world.submission({ client_id: client.id, service_type: "playlist_placement" });
    expect((await world.admin.api.post(`/soundcloud/submissions/${playlist.id}/target-proposals`, {})).status).toBe(409);
  });
});

describe("applying a proposal", () => {
  it("writes supporters and reach to the submission; 409 after its hours", async () => {
    const org = await world.org();
    const supporter = await org.member({ followers: 10_000 });
    const submission = await org.submission({ client_id: (await org.clientOf("Client")).id });
    const { body: proposal } = await org.admin.api.post(`/soundcloud/submissions/${submission.id}/target-proposals`, {});
    const applied = await org.admin.api.post(`/soundcloud/submissions/${submission.id}/target-proposals/${proposal.id}/apply`);
    expect(applied.body).toMatchObject({ suggested_supporters: [supporter.id], expected_reach_max: 600, expected_reach_planned: 300 });
    const listed = await org.admin.api.get(`/soundcloud/submissions/${submission.id}/target-proposals`);
    expect(listed.body.items[0].id).toBe(proposal.id);
    world.clock.advance(24 * 3_600_000);
    const late = await org.admin.api.post(`/soundcloud/submissions/${submission.id}/target-proposals/${proposal.id}/apply`);
    expect([late.status, late.problem.code]).toEqual([409, "proposal_expired"]);
  });
});
