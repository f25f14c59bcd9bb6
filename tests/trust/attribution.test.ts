import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { captureSnapshots } from "../../shared/soundcloud/attribution/capture-snapshots.ts";
import { dailyDeltas } from "../../shared/soundcloud/attribution/daily-deltas.ts";
import { addDays } from "../../shared/kernel/days.ts";
import { Campaign } from "../../shared/soundcloud/campaign/campaign.ts";
import { control } from "../integration/providers/support.ts";
import { randomOf } from "../support/faults/random.ts";
import { type DatabaseMutant, mistake, without } from "../support/simulation/mutants.ts";
import type { SoundcloudOrg } from "../support/soundcloud.ts";
import { campaignOf, daysOf } from "../workers/soundcloud/attribution-world.ts";
import { type QueueWorld, queueWorld } from "../workers/soundcloud/queues-world.ts";

const DAY_MS = 86_400_000;
const DAYS = 6;
const TIMEOUT_MS = 60_000;
let world: QueueWorld;
beforeAll(async () => {
  world = await queueWorld();
});
afterAll(() => world.stop());

/** What is wrong with the days of a campaign whose track hid its counts on `hidden` days. */
const violations = async (org: SoundcloudOrg, { id, start_date }: Campaign, hidden: ReadonlySet<string>): Promise<string[]> => {
  const { tracking, snapshots } = await daysOf(org, { parent_type: "campaign", parent_id: id });
  const { baseline_captured_at } = await Campaign.get(org.ctx, { org_id: org.org_id, id }, { consistent: true });
  const baseline = snapshots.find((one) => one.snapshot_date === tracking?.baseline_date);
  const today = world.clock.now().toISOString().slice(0, 10);
  const found: string[] = [];
  const require = (holds: boolean, what: string): void => void (holds || found.push(what));
  require(tracking?.next_on === addDays(today, 1), "it is due again tomorrow");
  require(snapshots.at(-1)?.snapshot_date === today, "today has a snapshot");
  require(tracking?.baseline_date === (today < start_date! ? undefined : start_date), "the baseline is the start date's");
  require(baseline_captured_at === baseline?.collected_at, "the campaign was told of its baseline, and of no other");
  require(snapshots.every(
    ({ snapshot_date, plays }) => (plays === undefined) === hidden.has(snapshot_date),
  ), "a count is missing where it is hidden, and nowhere else");
  if (baseline?.plays === undefined) return found;
  const { deltas, known } = dailyDeltas(snapshots, baseline.snapshot_date);
  require(deltas.reduce((sum, one) => sum + (one.raw_daily_plays ?? 0), 0) === known!.plays - baseline.plays, "the deltas add up to what was gained");
  return found;
};

let slugs = 0;
/** A campaign over some days, on which its track hides counts, loses plays, and is captured once, twice, or twice at once. */
const run = async (seed: number, mutant: DatabaseMutant = (db) => db): Promise<string[]> => {
  const random = randomOf(seed);
  const org = await world.org();
  const ctx = { ...org.ctx, db: mutant(world.db), soundcloud: world.soundcloud, remaining_ms: () => 300_000 };
  const start_date = new Date(world.clock.now().getTime() + 3 * DAY_MS).toISOString().slice(0, 10);
  const campaign = await campaignOf(org, { slug: `trusted-${(slugs += 1)}`, status: "scheduled", start_date });
  const hidden = new Set<string>();
  for (let day = 0; day < DAYS; day++) {
    const isHidden = random() < 0.25;
    if (isHidden) hidden.add(world.clock.now().toISOString().slice(0, 10));
    const settings = { reveal_stats: !isHidden, reveal_comments: true, access: "playable", removed_plays: Math.floor(random() * 200) };
    await control(world.sandbox.url, "PUT", "tracks", { track_url: campaign.track_url, ...settings });
    const captures = random() < 0.5 ? 1 : 2;
    // Two at once may meet in a snapshot; the one that fails is delivered again.
    await Promise.all(Array.from({ length: captures }, () => captureSnapshots(ctx, {}).catch(() => captureSnapshots(ctx, {}))));
    if (random() < 0.3) await captureSnapshots(ctx, {});
    const found = await violations(org, campaign, hidden);
    if (found.length > 0) return found;
    world.clock.advance(DAY_MS);
  }
  return [];
};

const isTold = ({ Update }: Record<string, any>): boolean => Update?.Key.sk === "C";
const isSnapshot = ({ Put }: Record<string, any>): boolean => Put?.Item._t === "AttributionSnapshot";

const MISTAKES: Readonly<Record<string, DatabaseMutant>> = {
  "the campaign is not told of its baseline": without(isTold),
  "the snapshot is left out of its transaction": without(isSnapshot),
  "what is hidden is stored as 0": mistake((op, input, send) =>
    op === "TransactWrite" && input.TransactItems.some(isSnapshot)
      ? send(op, {
          TransactItems: input.TransactItems.map((item: Record<string, any>) =>
            isSnapshot(item) ? { Put: { ...item["Put"], Item: { plays: 0, ...item["Put"].Item } } } : item,
          ),
        })
      : undefined,
  ),
};

describe("the days of a campaign", () => {
  it.each([1, 2, 3])("are whole whatever happens on them (%i)", async (seed) => expect(await run(seed)).toEqual([]), TIMEOUT_MS);

  it.each(Object.entries(MISTAKES))(
    "are found wanting when %s",
    async (_, mutant) => {
      const found: string[] = [];
      for (let seed = 1; seed <= 6 && found.length === 0; seed++) found.push(...(await run(seed, mutant)));
      expect(found).not.toEqual([]);
    },
    TIMEOUT_MS,
  );
});
