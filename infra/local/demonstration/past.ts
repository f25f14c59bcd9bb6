import { systemClock } from "../../../shared/kernel/clock.ts";
import type { Ctx, Log, OrgCtx } from "../../../shared/kernel/context.ts";
import { systemIds, timeOf } from "../../../shared/kernel/ids.ts";
import type { Outcome } from "../../../shared/kernel/outcome.ts";
import { openDatabase } from "../../../shared/kernel/table/sdk.ts";
import { captureSnapshot } from "../../../shared/soundcloud/attribution/capture-snapshot.ts";
import { addDays } from "../../../shared/kernel/days.ts";
import { follow, subjectOfCampaign } from "../../../shared/soundcloud/attribution/follow.ts";
import { Campaign } from "../../../shared/soundcloud/campaign/campaign.ts";
import { createCampaign } from "../../../shared/soundcloud/campaign/create-campaign.ts";
import { draftCampaign } from "../../../shared/soundcloud/campaign/draft-campaign.ts";
import { goLive } from "../../../shared/soundcloud/campaign/go-live.ts";
import { patchCampaign } from "../../../shared/soundcloud/campaign/patch-campaign.ts";
import { scheduleCampaign } from "../../../shared/soundcloud/campaign/schedule-campaign.ts";
import type { SoundCloudResource, SoundCloudTrack } from "../../../shared/soundcloud/soundcloud/resources.ts";
import { type SoundCloudClient, soundCloudClient } from "../../../shared/soundcloud/soundcloud/soundcloud.client.ts";
import type { StoredToken, TokenStore } from "../../../shared/soundcloud/soundcloud/token.ts";
import { soundcloud } from "../../../shared/soundcloud/table.ts";
import type { Cloud } from "../cloud.ts";
import { REGION, credentials } from "../place.ts";
import { startSoundCloudSandbox } from "../sandbox/soundcloud/start.ts";
import { steer } from "./steer.ts";

/** Whose past it is, and for whom the campaign runs. */
export interface Past {
  readonly cloud: Pick<Cloud, "tables" | "endpoints">;
  /** SoundCloud as everybody else sees it: today. */
  readonly soundcloud_url: string;
  readonly org_id: string;
  readonly user_id: string;
  readonly client_id: string;
}

const ARTIST = "quiet-choir";
const TRACK = { track_name: "Light Us", track_url: `https://soundcloud.com/${ARTIST}/light-us` };
const TERMS = { artist_name: "Quiet Choir", family: "Electronic", goal_reposts: 60, price_usd: "600.00" };

/** Days are counted from the baseline; today is the last one. */
const FIRST_DAY = -7;
const TODAY = 29;
/** The daily run failed on this day. */
const MISSED_DAY = 9;
/** SoundCloud took away plays of bots on this day. */
const CLEARED_DAY = 17;
const CLEARED_PLAYS = 2_500;
const ORGANIC_REPOSTS = 3;

const repostsOn = (day: number): number => ORGANIC_REPOSTS + Math.max(0, day) + Math.floor(Math.max(0, day) / 3);
/** 60 plays a day come by themselves, 35 with each repost that stands. */
const playsOn = (day: number): number => {
  let plays = 12_000;
  for (let on = FIRST_DAY; on <= day; on++) plays += 60 + 35 * (repostsOn(on) - ORGANIC_REPOSTS);
  return day < CLEARED_DAY ? plays : plays - CLEARED_PLAYS;
};

const setCounts = async (url: string, day: number): Promise<void> => {
  const { track_url } = TRACK;
  await steer(url, "PUT", "tracks", { track_url, plays: playsOn(day), reveal_stats: true, reveal_comments: true, access: "playable" });
  for (let n = day === FIRST_DAY ? 0 : repostsOn(day - 1); n < repostsOn(day); n++)
    await steer(url, "POST", "reposts", { user: `fan-of-choirs-${n}`, track_url });
};

/** The token of a client that nobody shares. */
const ownToken = (): TokenStore => {
  let stored: StoredToken | undefined;
  return {
    read: async () => stored,
    lease: async () => 0,
    write: async (token) => {
      stored = { ...token, version: 0 };
      return true;
    },
  };
};

const trackIn = (answer: Outcome<SoundCloudResource>): SoundCloudTrack => {
  if (answer.kind === "ok" && answer.value.kind === "track") return answer.value;
  throw new Error(`The sandbox of SoundCloud does not show the campaign's track: ${JSON.stringify(answer)}`);
};

const silent: Log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/** The context of somebody who acted at a time, on the tables of the cloud. */
const contexts = ({ cloud, org_id, user_id }: Past): ((at: Date) => OrgCtx) => {
  const { name } = cloud.tables().find((table) => table.name.includes(soundcloud.id))!;
  const db = openDatabase({ tables: { [soundcloud.id]: name }, client: { region: REGION, credentials, endpoint: cloud.endpoints.dynamodb } });
  const actor: Ctx["actor"] = { kind: "user", user_id, session_id: org_id, roles: { [soundcloud.id]: ["admin"] } };
  return (at) => ({ request_id: systemIds.uuid(), actor, clock: { now: () => at }, ids: systemIds, log: silent, db, org_id, grant: "all" });
};

/** What the daily run does for one parent. */
const capture = async (ctx: OrgCtx, client: SoundCloudClient, id: string, baseline: boolean): Promise<void> => {
  const subject = subjectOfCampaign(await Campaign.get(ctx, { org_id: ctx.org_id, id }, { consistent: true }));
  await follow(ctx, [subject], ctx.clock.now().toISOString().slice(0, 10));
  await captureSnapshot(ctx, subject, trackIn(await client.resolve(TRACK.track_url)), { baseline, source: "scraper" });
};

/** Day 0 becomes the start, and the campaign begins on it. */
const begin = async (ctx: OrgCtx, id: string, start_date: string): Promise<void> => {
  const { start_date: planned, version, status } = await Campaign.get(ctx, { org_id: ctx.org_id, id }, { consistent: true });
  if (planned !== start_date) await patchCampaign(ctx, id, { start_date }, version);
  if (status === "scheduled") await goLive(ctx, id);
};

/** The campaign as far as it has come. What becomes of it by its events happens today, so its start lies ahead until day 0 has its baseline. */
const planned = async (ctx: OrgCtx, client_id: string, today: string): Promise<Campaign> => {
  const { items } = await Campaign.query.byClient(ctx, { org_id: ctx.org_id, client_id }, { limit: 1 });
  const dates = { start_date: addDays(today, 7), end_date: addDays(today, 30) };
  let campaign = items[0] ?? (await createCampaign(ctx, { client_id, ...TRACK, ...TERMS, ...dates, subgenres: [], metadata: {} }));
  if (campaign.status === "intake") campaign = await draftCampaign(ctx, campaign.id);
  if (campaign.status === "draft") campaign = await scheduleCampaign(ctx, campaign.id);
  return campaign;
};

/**
 * A campaign that has been live for a month, made by the product's own use cases under a clock that stands at each past
 * day; its counts come from a SoundCloud of its own, so that nobody else sees the past. Where it was interrupted it goes
 * on. Answers the campaign's id.
 */
export const playPast = async (past: Past): Promise<string> => {
  // The day on which the org was made, also when the rest is done after midnight.
  const today = new Date(timeOf(past.org_id)).toISOString().slice(0, 10);
  const at = contexts(past);
  const onDay = (day: number): OrgCtx => (day === TODAY ? at(systemClock.now()) : at(new Date(`${addDays(today, day - TODAY)}T03:05:00.000Z`)));
  await using ends = new AsyncDisposableStack();
  const sandbox = await startSoundCloudSandbox();
  ends.defer(() => sandbox.stop());
  const client = soundCloudClient({
    api_url: sandbox.url,
    auth_url: sandbox.url,
    client_id: "past",
    client_secret: "past",
    tokens: ownToken(),
    clock: systemClock,
    per_second: 80,
  });
  for (let day = FIRST_DAY; day <= TODAY; day++) await setCounts(past.soundcloud_url, day);
  const { id } = await planned(onDay(FIRST_DAY), past.client_id, today);
  for (let day = FIRST_DAY; day <= TODAY; day++) {
    await setCounts(sandbox.url, day);
    if (day !== MISSED_DAY) await capture(onDay(day), client, id, day === 0);
    if (day === 0) await begin(onDay(day), id, addDays(today, -TODAY));
  }
  return id;
};
