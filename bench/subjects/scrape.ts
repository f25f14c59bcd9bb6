import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CaptureSnapshots } from "../../events/soundcloud/capture-snapshots.v1.ts";
import { captureSnapshotsWorker } from "../../functions/soundcloud/capture-snapshots.worker.ts";
import { startDynamo } from "../../infra/local/engines/dynamodb.ts";
import { startSoundCloudSandbox } from "../../infra/local/sandbox/soundcloud/start.ts";
import { noTokens } from "../../infra/local/sandbox/soundcloud/tokens.ts";
import { type Account, type Track, emptyWorld } from "../../infra/local/sandbox/soundcloud/world.ts";
import type { Database } from "../../shared/kernel/table/database.ts";
import { addDays } from "../../shared/kernel/days.ts";
import { AttributionSnapshot } from "../../shared/soundcloud/attribution/snapshot.ts";
import { AttributionTracking } from "../../shared/soundcloud/attribution/tracking.ts";
import { TrackPreview } from "../../shared/soundcloud/preview/track-preview.ts";
import { soundCloudClient } from "../../shared/soundcloud/soundcloud/soundcloud.client.ts";
import { Submission } from "../../shared/soundcloud/submission/submission.ts";
import { memoryTokens } from "../../tests/integration/providers/support.ts";
import { type Measured, floors } from "../../tests/support/floors.ts";
import { type SoundcloudWorld, soundcloudWorld } from "../../tests/support/soundcloud.ts";
import { hostOn } from "../host.ts";
import { putAll } from "../put-all.ts";
import { type Subject, atMost, beside } from "../subject.ts";

const SIZES = [2_000, 20_000] as const;
/** Warms code and engine up. */
const WARM_UP = 200;
/** Tracks that SoundCloud tells of in one request. */
const BATCH = 200;
/** Of so many transactions one is measured: looking at what it touched takes more requests than itself. */
const SAMPLED = 50;
const SLICE = 1_000;
const ARTIST = "bench-artist";

const urnOf = (n: number): string => `soundcloud:tracks:${1_000_000 + n}`;
const slugOf = (n: number): string => `track-${n}`;

/** SoundCloud with so many tracks of one artist, all shown. */
const soundcloudWith = async (tracks: number) => {
  const folder = mkdtempSync(join(tmpdir(), "groundswell-bench-"));
  const state_file = join(folder, "soundcloud.json");
  const artist: Account = { urn: "soundcloud:users:1", handle: ARTIST, username: "Bench Artist", followers: 1_000, since: 0 };
  const common = { user_urn: artist.urn, kind: "track", reveal_stats: true, reveal_comments: true, access: "playable" } as const;
  const all = Array.from({ length: tracks }, (_, n): Track => ({ urn: urnOf(n), slug: slugOf(n), ...common }));
  writeFileSync(state_file, JSON.stringify({ world: { ...emptyWorld(), accounts: [artist], tracks: all }, tokens: noTokens() }));
  const sandbox = await startSoundCloudSandbox({ state_file });
  return {
    url: sandbox.url,
    stop: async () => {
      await sandbox.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

/** An org whose tracks were looked at yesterday and are due today; a page shows their previews already. */
const followed = async (world: SoundcloudWorld, tracks: number): Promise<void> => {
  const { ctx, org_id, clock } = world;
  const now = clock.now().toISOString();
  const [today, client] = [now.slice(0, 10), await world.clientOf("Bench Records")];
  const yesterday = addDays(today, -1);
  const writesOf = (n: number) => {
    const track_url = `https://soundcloud.com/${ARTIST}/${slugOf(n)}`;
    const id = ctx.ids.uuid();
    const parent = { org_id, parent_type: "submission", parent_id: id } as const;
    return [
      ...Submission.writes.create(ctx, {
        org_id,
        id,
        client_id: client.id,
        party_id: client.id,
        track_url,
        track_key: urnOf(n),
        artist_key: ARTIST,
        track_urn: urnOf(n),
        dedupe_key: `${client.id}#${urnOf(n)}`,
        artist_name: "Bench Artist",
        family: "Electronic",
        genre_pairs: [`${world.genre("Electronic").genre_family_id}/-`],
        service_type: "repost_network",
        status: "approved",
        submitted_at: now,
        submitted_month: now.slice(0, 7),
        decided_at: now,
        demand_since: yesterday,
      }),
      ...AttributionTracking.writes.create(ctx, { ...parent, next_on: today, baseline_date: yesterday, tracked_until: addDays(today, 29) }),
      ...TrackPreview.writes.create(ctx, {
        org_id,
        track_key: track_url,
        preview_status: "ready",
        fetched_at: now,
        expires_at: `${addDays(today, 7)}T00:00:00.000Z`,
      }),
    ];
  };
  for (let at = 0; at < tracks; at += SLICE)
    await putAll(
      world,
      Array.from({ length: Math.min(SLICE, tracks - at) }, (_, n) => at + n).flatMap((n) => writesOf(n)),
    );
};

/** Measures every reading, and of the transactions, which are all of one shape, some. */
const sampling = (real: Database) => {
  const meter = floors(real);
  const state = { on: false, transactions: 0 };
  const db: Database = {
    physical: (id) => real.physical(id),
    send: (op, pattern, input) => {
      if (!state.on) return real.send(op, pattern, input);
      if (op === "TransactWrite" && (state.transactions += 1) % SAMPLED !== 0) return real.send(op, pattern, input);
      return meter.db.send(op, pattern, input);
    },
  };
  return { db, state, take: meter.take };
};

interface Scraped {
  readonly tracks: number;
  readonly requests: number;
  readonly seconds: number;
  /** Units of one track. */
  readonly read: number;
  readonly write: number;
  readonly floor: number;
}

const consumed = (uses: readonly Measured[], tracks: number, transactions: number): Pick<Scraped, "read" | "write" | "floor"> => {
  const sampled = uses.filter(({ op }) => op === "TransactWrite");
  const others = uses.filter(({ op }) => op !== "TransactWrite");
  const sum = (of: "read" | "write" | "floor", from: readonly Measured[]): number => from.reduce((total, use) => total + use[of], 0);
  const each = (of: "read" | "write" | "floor"): number => (sum(of, others) + (sum(of, sampled) / Math.max(1, sampled.length)) * transactions) / tracks;
  return { read: each("read"), write: each("write"), floor: each("floor") };
};

/** One day's run through the real worker, on tables of its own. */
const scrape = async (url: string, tracks: number): Promise<Scraped> => {
  const host = await hostOn((db) => db);
  const meter = sampling(host.db);
  // The client paces itself by real time, and SoundCloud is asked as fast as it is wanted: the pace is not what is measured.
  const clock = { now: () => new Date() };
  let requests = 0;
  const counted: typeof fetch = (input, init) => {
    if (String(input instanceof Request ? input.url : input).includes("/tracks")) requests += 1;
    return fetch(input, init);
  };
  const app = { client_id: "app", client_secret: "secret", tokens: memoryTokens(clock), clock, per_second: 1_000, fetch: counted };
  const soundcloud = soundCloudClient({ ...app, api_url: url, auth_url: url });
  const world = await soundcloudWorld({ host: { ...host, db: meter.db }, ports: { soundcloud } });
  await followed(world, tracks);
  meter.state.on = true;
  const began = performance.now();
  const failed = await world.deliver(captureSnapshotsWorker, [world.message(CaptureSnapshots, {})], { remaining_ms: 900_000 });
  const seconds = (performance.now() - began) / 1_000;
  meter.state.on = false;
  if (failed > 0) throw new Error(`The capture failed: ${JSON.stringify(world.log.lines.at(-1))}`);
  await requireCaptured(world, tracks);
  return { tracks, requests, seconds, ...consumed(meter.take(), tracks, meter.state.transactions) };
};

/** Throws unless every track is due tomorrow, and the last one has today's counts. */
const requireCaptured = async ({ ctx, org_id, clock }: SoundcloudWorld, tracks: number): Promise<void> => {
  const today = clock.now().toISOString().slice(0, 10);
  const { items } = await AttributionTracking.query.due(ctx, { org_id }, { to: { next_on: today }, limit: 1 });
  const [last] = (await AttributionTracking.query.due(ctx, { org_id }, { desc: true, limit: 1 })).items;
  if (items.length > 0 || !last) throw new Error(`Not all of ${tracks} tracks were captured.`);
  const stored = await AttributionSnapshot.find(ctx, { org_id, parent_type: last.parent_type, parent_id: last.parent_id, snapshot_date: today });
  if (stored?.plays === undefined) throw new Error("A captured track has no plays.");
};

const rounded = (value: number): number => Number(value.toFixed(3));

export const subject: Subject = {
  name: "scrape",
  title: "The daily capture",
  about: `A day's run over an org's tracks through the real worker on DynamoDB Local and SoundCloud's sandbox, whose pace is lifted: every track was followed yesterday, is due today, and its preview is kept already. SoundCloud tells of ${BATCH} tracks a request, so the floor is one request for each ${BATCH}. Capacity stands against the least that DynamoDB's rules allow for the items touched; every reading is measured, and of the transactions, which are all of one shape, one in ${SAMPLED}. Time may grow no faster than the tracks: the exponent is that of the seconds, from the smaller size to the larger.`,
  measure: async () => {
    const dynamo = await startDynamo();
    process.env["DYNAMODB_ENDPOINT"] = dynamo.endpoint;
    const sandbox = await soundcloudWith(SIZES[1]);
    try {
      await scrape(sandbox.url, WARM_UP);
      const [small, large] = [await scrape(sandbox.url, SIZES[0]), await scrape(sandbox.url, SIZES[1])];
      const units = ({ read, write }: Scraped): number => read + write;
      return {
        figures: [
          atMost("scrape_requests_ratio", large.requests / Math.ceil(large.tracks / BATCH), 1),
          atMost("scrape_capacity_ratio", Math.max(...[small, large].map((one) => units(one) / one.floor)), 1),
          atMost("scrape_capacity_growth_10x", units(large) / units(small), 1),
          atMost("scrape_exponent", Math.log(large.seconds / small.seconds) / Math.log(large.tracks / small.tracks), 1.1),
          beside("scrape_seconds_20000", large.seconds, "s"),
          beside("scrape_tracks_per_second", large.tracks / large.seconds, "per second"),
        ],
        tables: [
          {
            title: "A day's run; units of one track",
            rows: [small, large].map(({ tracks, requests, seconds, read, write, floor }) => ({
              tracks,
              "requests to SoundCloud": requests,
              "least requests": Math.ceil(tracks / BATCH),
              seconds: rounded(seconds),
              "read units": rounded(read),
              "write units": rounded(write),
              "floor, units": rounded(floor),
            })),
          },
        ],
      };
    } finally {
      await sandbox.stop();
      await dynamo.stop();
    }
  },
};
