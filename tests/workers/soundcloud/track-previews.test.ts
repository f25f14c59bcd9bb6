import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CaptureSnapshots } from "../../../events/soundcloud/capture-snapshots.v1.ts";
import { FetchTrackPreview } from "../../../events/soundcloud/fetch-track-preview.v1.ts";
import { captureSnapshotsWorker } from "../../../functions/soundcloud/capture-snapshots.worker.ts";
import { fetchTrackPreviewWorker } from "../../../functions/soundcloud/fetch-track-preview.worker.ts";
import { previewsApi } from "../../../functions/soundcloud/previews.api.ts";
import type { Clock } from "../../../shared/kernel/context.ts";
import { Settings } from "../../../shared/soundcloud/settings/settings.ts";
import { ProviderToken } from "../../../shared/soundcloud/soundcloud/provider-token.ts";
import { type SoundCloudClient, soundCloudClient } from "../../../shared/soundcloud/soundcloud/soundcloud.client.ts";
import { tokenStore } from "../../../shared/soundcloud/soundcloud/token-store.ts";
import { control } from "../../integration/providers/support.ts";
import type { SoundcloudOrg } from "../../support/soundcloud.ts";
import { type QueueWorld, queueWorld } from "./queues-world.ts";

const DAY_MS = 86_400_000;
let world: QueueWorld;
beforeAll(async () => {
  world = await queueWorld({ apis: [previewsApi] });
});
afterAll(() => world.stop());

const ask = (org: SoundcloudOrg, track_url: string) => org.moderator.api.get("/soundcloud/track-previews", { query: { track_url } });
const fetchOne = (org: SoundcloudOrg, track_url: string) => world.deliver(fetchTrackPreviewWorker, [org.message(FetchTrackPreview, { track_url })]);
const statusOf = async (org: SoundcloudOrg, track_url: string): Promise<string> => (await ask(org, track_url)).body.preview_status;

describe("GET /soundcloud/track-previews", () => {
  it("answers pending without asking SoundCloud, orders one job for many requests, and shows what it found", async () => {
    const org = await world.org();
    world.sent.splice(0);
    const before = world.asked.length;
    const written = ["https://soundcloud.com/jane/neon", "http://m.soundcloud.com/Jane/Neon?utm_source=x", "soundcloud.com/jane/neon/#t=1"];
    const replies = await Promise.all([...written, ...written].map((text) => ask(org, text)));
    expect(replies.map(({ status, body }) => [status, body.preview_status, body.track_url])).toEqual(replies.map(() => [200, "pending", written[0]]));
    expect([world.asked.length, world.sent.length]).toEqual([before, 1]);
    expect(await world.drain(fetchTrackPreviewWorker)).toBe(1);
    expect((await ask(org, written[1]!)).body).toMatchObject({
      preview_status: "ready",
      title: "Neon",
      artist_name: "Jane",
      duration_ms: expect.any(Number),
      track_urn: expect.stringMatching(/^soundcloud:tracks:/),
      artwork_url: null,
      fetched_at: world.clock.now().toISOString(),
    });
    expect(world.sent).toEqual([]);
  });

  it("keeps a preview for preview_cache_days, what is not there for an hour, and asks again when a job was lost", async () => {
    const org = await world.org({ preview_cache_days: 2 });
    const [there, missing, lost] = ["https://soundcloud.com/jane/kept", "https://soundcloud.com/missing-jane/gone", "https://soundcloud.com/jane/lost"];
    for (const track_url of [there, missing]) expect(await fetchOne(org, track_url)).toBe(0);
    world.sent.splice(0);
    expect([await statusOf(org, there), await statusOf(org, missing), await statusOf(org, lost)]).toEqual(["ready", "not_found", "pending"]);
    expect(world.sent.splice(0)).toHaveLength(1);
    world.clock.advance(119_000);
    expect([await statusOf(org, lost), world.sent.length]).toEqual(["pending", 0]);
    world.clock.advance(2000);
    expect([await statusOf(org, lost), world.sent.length]).toEqual(["pending", 1]);
    world.clock.advance(3_600_000);
    expect([await statusOf(org, there), await statusOf(org, missing)]).toEqual(["ready", "pending"]);
    world.clock.advance(2 * DAY_MS);
    expect(await statusOf(org, there)).toBe("pending");
  });

  it("shows nothing of private tracks, another org's cache, and what is no track", async () => {
    const [org, other] = [await world.org(), await world.org()];
    expect(await fetchOne(org, "https://soundcloud.com/jane/private-night")).toBe(0);
    expect(await statusOf(org, "https://soundcloud.com/jane/private-night")).toBe("not_found");
    expect(await fetchOne(other, "https://soundcloud.com/jane/theirs")).toBe(0);
    expect(await statusOf(org, "https://soundcloud.com/jane/theirs")).toBe("pending");
    for (const text of [
      "https://soundcloud.com/jane",
      "https://soundcloud.com/jane/sets/all",
      "https://soundcloud.com/jane/x/s-abcdefghijk",
      "https://evil.example/a/b",
    ])
      expect(await ask(org, text)).toMatchObject({ status: 422, problem: { code: "no_preview" } });
  });
});

describe("fetching a preview", () => {
  it("counts once delivered twice, is tried again after an outage, and a poison message fails alone", async () => {
    const org = await world.org();
    const track_url = "https://soundcloud.com/jane/twice";
    const message = org.message(FetchTrackPreview, { track_url });
    await world.fault("503", 4);
    expect(await world.deliver(fetchTrackPreviewWorker, [message])).toBe(1);
    await control(world.sandbox.url, "DELETE", "faults");
    expect(await world.deliver(fetchTrackPreviewWorker, ["{", message, message])).toBe(1);
    const { body } = await ask(org, track_url);
    const before = world.asked.length;
    world.clock.advance(1000);
    expect(await world.deliver(fetchTrackPreviewWorker, [message])).toBe(0);
    expect([(await ask(org, track_url)).body, world.asked.length]).toEqual([body, before]);
  });

  it("makes the token that all functions share, and renews it", async () => {
    let client: SoundCloudClient | undefined;
    const place = await queueWorld({ ports: { soundcloud: { resolve: (address: string) => client!.resolve(address) } } });
    // A world of its own has no token yet; the client is opened on its table, as a function opens it.
    const opened = (clock: Clock): SoundCloudClient =>
      soundCloudClient({
        api_url: place.sandbox.url,
        auth_url: place.sandbox.url,
        client_id: "app",
        client_secret: "secret",
        tokens: tokenStore({ ...place.boot, clock }, place.ctx.vault),
        clock,
        per_second: 1000,
      });
    const fetched = async (slug: string, later_ms: number): Promise<ProviderToken> => {
      client = opened({ now: () => new Date(Date.now() + later_ms) });
      expect(await place.deliver(fetchTrackPreviewWorker, [place.message(FetchTrackPreview, { track_url: `https://soundcloud.com/jane/${slug}` })])).toBe(0);
      return ProviderToken.get(place.ctx, { provider: "soundcloud" }, { consistent: true });
    };
    try {
      const [first, second] = [await fetched("with-no-token", 0), await fetched("with-an-old-one", 2 * DAY_MS)];
      expect(first.expires_at > new Date().toISOString()).toBe(true);
      expect(second.expires_at > first.expires_at).toBe(true);
    } finally {
      await place.stop();
    }
  });

  it("is spared for tracks that are captured daily", async () => {
    const org = await world.org();
    await Settings.patch(org.ctx, { org_id: org.org_id }, { preview_cache_days: 1 });
    const submission = await org.submission({ client_id: (await org.clientOf("Previewed")).id, status: "approved", artist: "jane", slug: "captured" });
    for (let day = 0; day < 2; day++) {
      expect(await world.deliver(captureSnapshotsWorker, [org.message(CaptureSnapshots, {})])).toBe(0);
      expect((await ask(org, submission.track_url)).body).toMatchObject({ preview_status: "ready", title: "Captured" });
      world.clock.advance(DAY_MS);
    }
  });
});
