import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ResolveTrack } from "../../../events/soundcloud/resolve-track.v1.ts";
import { resolveTrackWorker } from "../../../functions/soundcloud/resolve-track.worker.ts";
import type { Vault } from "../../../shared/kernel/crypto/vault.ts";
import { ERASED_TRACK_URL } from "../../../shared/soundcloud/erasure/erased-track.ts";
import type { SoundCloudClient } from "../../../shared/soundcloud/soundcloud/soundcloud.client.ts";
import { withTrackUrn } from "../../../shared/soundcloud/submission/resolve-track.ts";
import { Submission } from "../../../shared/soundcloud/submission/submission.ts";
import { control } from "../../integration/providers/support.ts";
import type { SoundcloudOrg } from "../../support/soundcloud.ts";
import { type QueueWorld, queueWorld, submissionOf, unresolvedLink } from "./queues-world.ts";

let world: QueueWorld;
beforeAll(async () => {
  world = await queueWorld();
});
afterAll(() => world.stop());

describe("resolving a track", () => {
  const resolve = (org: SoundcloudOrg, submission_id: string) => world.deliver(resolveTrackWorker, [org.message(ResolveTrack, { submission_id })]);

  it("stores the URNs of track and artist, on the event of its approval too", async () => {
    const org = await world.org();
    const client = await org.clientOf("Label");
    const submission = await org.submission({ client_id: client.id, status: "approved", artist: "jane", slug: "one-night" });
    const detail = {
      id: world.ids.uuid(),
      type: "soundcloud.submission-approved.v1",
      org_id: org.org_id,
      at: "2026-11-20T09:00:00.000Z",
      data: { submission_id: submission.id, client_id: client.id },
    };
    const event = JSON.stringify({ "detail-type": detail.type, detail });
    expect(await world.deliver(resolveTrackWorker, [event, event])).toBe(0);
    const resolved = await submissionOf(org, submission.id);
    expect(resolved).toMatchObject({
      track_urn: expect.stringMatching(/^soundcloud:tracks:/),
      artist_urn: expect.stringMatching(/^soundcloud:users:/),
      status: "approved",
      track_url: submission.track_url,
    });
    expect([resolved.track_key, resolved.artist_key]).toEqual([resolved.track_urn, resolved.artist_urn]);
  });

  it("writes nothing back onto a submission that was erased while SoundCloud was asked, and does not ask again", async () => {
    const org = await world.org();
    const artist = await org.member();
    const submission = await org.submission({ member_id: artist.id, status: "approved", artist: "gone", slug: "gone-night" });
    const erased = { track_url: ERASED_TRACK_URL, track_key: `erased:${submission.id}`, artist_key: "", dedupe_key: null };
    let asked = 0;
    const resolve: SoundCloudClient["resolve"] = async (address) => {
      asked++;
      const answer = await world.soundcloud.resolve(address);
      await Submission.patch(org.ctx, submission, erased);
      return answer;
    };
    const ctx = { ...org.ctx, vault: world.ports.vault as Vault, soundcloud: { ...world.soundcloud, resolve } };
    expect(await withTrackUrn(ctx, submission)).toMatchObject({ kind: "permanent", code: "erased" });
    const after = await submissionOf(org, submission.id);
    expect([after.track_urn, after.artist_urn, after.track_title, after.track_key]).toEqual([undefined, undefined, undefined, `erased:${submission.id}`]);
    expect(await withTrackUrn(ctx, after)).toMatchObject({ kind: "permanent", code: "erased" });
    expect([asked, (await submissionOf(org, submission.id)).version]).toEqual([1, after.version]);
  });

  it("flags a second submission of the track by the same party, and a track that is not there", async () => {
    const org = await world.org();
    const client = await org.clientOf("Label");
    await control(world.sandbox.url, "PUT", "short-links", { code: "Twin1", url: "https://soundcloud.com/jane/two-nights" });
    const first = await org.submission({ client_id: client.id, status: "approved", artist: "jane", slug: "two-nights" });
    const short = "https://on.soundcloud.com/Twin1";
    const second = await org.submission({
      client_id: client.id,
      ...unresolvedLink(short),
      dedupe_key: `${client.id}#${short}`,
    });
    const missing = await org.submission({ client_id: client.id, status: "approved", artist: "missing-jane" });
    for (const { id } of [first, second, missing]) expect(await resolve(org, id)).toBe(0);
    expect((await submissionOf(org, first.id)).status).toBe("approved");
    expect(await submissionOf(org, second.id)).toMatchObject({
      status: "qa_flag",
      qa_reason: "duplicate_track",
      track_url: "https://soundcloud.com/jane/two-nights",
    });
    const gone = await submissionOf(org, missing.id);
    expect([gone.status, gone.qa_reason, gone.demand_since]).toEqual(["qa_flag", "track_not_found", undefined]);
  });

  it("makes a short link the track that it leads to, and takes it up", async () => {
    const org = await world.org();
    const short = "https://on.soundcloud.com/Solo1";
    await control(world.sandbox.url, "PUT", "short-links", { code: "Solo1", url: "https://soundcloud.com/jane/solo" });
    const submission = await org.submission({
      member_id: (await org.member()).id,
      ...unresolvedLink(short),
    });
    expect(await resolve(org, submission.id)).toBe(0);
    const resolved = await submissionOf(org, submission.id);
    expect([resolved.status, resolved.qa_reason, resolved.track_kind, resolved.track_url]).toEqual([
      "pending",
      undefined,
      "track",
      "https://soundcloud.com/jane/solo",
    ]);
  });

  it("is tried again when SoundCloud does not answer, and finds what is gone done", async () => {
    const org = await world.org();
    const submission = await org.submission({ client_id: (await org.clientOf("Label")).id, status: "approved", artist: "jane", slug: "later" });
    await world.fault("503", 4);
    expect(await resolve(org, submission.id)).toBe(1);
    await control(world.sandbox.url, "DELETE", "faults");
    for (let run = 0; run < 5 && (await submissionOf(org, submission.id)).track_urn === undefined; run++) await resolve(org, submission.id);
    expect((await submissionOf(org, submission.id)).track_urn).toBeDefined();
    expect(await resolve(org, world.ids.uuid())).toBe(0);
  });

  it("fails alone when its message is poison, or its track cannot be opened", async () => {
    const org = await world.org();
    const client = await org.clientOf("Label");
    const made = (slug: string, more = {}) => org.submission({ client_id: client.id, status: "approved", artist: "joan", slug, ...more });
    const poisoned = await made("sealed", { secret_token: "not sealed by us" });
    const neighbours = [await made("one"), await made("two")];
    const messages = [poisoned, ...neighbours].map(({ id }) => org.message(ResolveTrack, { submission_id: id }));
    expect(await world.deliver(resolveTrackWorker, [org.message(ResolveTrack, { submission_id: "x" }), "{", ...messages])).toBe(3);
    expect((await submissionOf(org, poisoned.id)).track_urn).toBeUndefined();
    for (const { id } of neighbours) expect((await submissionOf(org, id)).track_urn).toBeDefined();
  });

  it("counts once when it is delivered twice, also at the same time", async () => {
    const org = await world.org();
    const submission = await org.submission({ client_id: (await org.clientOf("Label")).id, status: "approved", artist: "joan", slug: "twice" });
    const message = org.message(ResolveTrack, { submission_id: submission.id });
    expect(await Promise.all([1, 2].map(() => world.deliver(resolveTrackWorker, [message])))).toEqual([0, 0]);
    const { version } = await submissionOf(org, submission.id);
    expect(await world.deliver(resolveTrackWorker, [message, message])).toBe(0);
    expect([(await submissionOf(org, submission.id)).version, version]).toEqual([2, 2]);
  });
});
