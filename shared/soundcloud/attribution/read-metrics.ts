import * as z from "zod";
import type { OrgCtx } from "../../kernel/context.ts";
import { date, timestamp } from "../../kernel/fields.ts";
import type { PageOf, PageRequest } from "../../kernel/http/route.ts";
import { Campaign } from "../campaign/campaign.ts";
import { costPerRepost } from "../campaign/delivery.ts";
import { visibleSubmission } from "../submission/read-submissions.ts";
import { type Known, dailyDeltas } from "./daily-deltas.ts";
import { addDays, daysBetween } from "../../kernel/days.ts";
import { PRE_DAYS, liftOf } from "./lift.ts";
import { AttributionSnapshot, ParentType } from "./snapshot.ts";
import { AttributionTracking, type Parent } from "./tracking.ts";

const count = z.int().nullable();

/** What was counted on a day. `day_index` is null until there is a baseline. */
export const MetricsView = z.object({
  day_index: z.int().nullable(),
  snapshot_date: date,
  plays: count,
  reposts: count,
  likes: count,
  comments: count,
  followers: count,
  collected_at: timestamp,
  collection_source: AttributionSnapshot.api.response.shape.collection_source,
});
export type MetricsView = z.output<typeof MetricsView>;

export const DeltaView = z.object({
  day_index: z.int(),
  snapshot_date: date,
  plays: count,
  daily_plays: count,
  raw_daily_plays: count,
  gap_days: count,
  plays_per_day: z.string().nullable(),
  counter_reset: z.boolean(),
});
export type DeltaView = z.output<typeof DeltaView>;

export const AttributionView = z.object({
  parent_type: ParentType,
  parent_id: z.uuid(),
  /** Whether a snapshot is taken daily. */
  tracked: z.boolean(),
  tracked_until: date.nullable(),
  unavailable_since: timestamp.nullable(),
  baseline_date: date.nullable(),
  plays_at_baseline: count,
  plays_at_end: count,
  end_date: date.nullable(),
  days: count,
  plays_gained: count,
  organic_plays_per_day: z.string().nullable(),
  organic_adjusted_lift: z.string().nullable(),
  lift_reason: z.enum(["no_baseline", "no_measurement", "no_pre_period"]).nullable(),
  counter_reset: z.boolean(),
  /** Of a campaign; null for a submission. */
  verified_reposts: count,
  cost_per_repost: z.string().nullable(),
});
export type AttributionView = z.output<typeof AttributionView>;

/** Days of one reading: more than a campaign of two years has. */
const MOST_DAYS = 1000;

const trackingOf = (ctx: OrgCtx, parent: Parent): Promise<AttributionTracking | undefined> => AttributionTracking.find(ctx, { org_id: ctx.org_id, ...parent });

const presentSnapshot = (baseline_date: string | undefined, snapshot: AttributionSnapshot): MetricsView => {
  const { snapshot_date, plays = null, reposts = null, likes = null, comments = null, followers = null, collected_at, collection_source } = snapshot;
  const day_index = baseline_date === undefined ? null : daysBetween(baseline_date, snapshot_date);
  return { day_index, snapshot_date, plays, reposts, likes, comments, followers, collected_at, collection_source };
};

const listMetrics = async (ctx: OrgCtx, parent: Parent, page: PageRequest): Promise<PageOf<MetricsView>> => {
  const [tracking, found] = await Promise.all([trackingOf(ctx, parent), AttributionSnapshot.list(ctx, { org_id: ctx.org_id, ...parent }, page)]);
  return { ...found, items: found.items.map((snapshot) => presentSnapshot(tracking?.baseline_date, snapshot)) };
};

/** Where a list of deltas stopped, with the last count to go on from. */
interface Mark {
  readonly at: unknown;
  readonly known?: Known | undefined;
}

/** The first page reads the baseline's snapshot as well, by which day 1 is measured. */
const listDeltas = async (ctx: OrgCtx, parent: Parent, { limit, position }: PageRequest): Promise<PageOf<DeltaView>> => {
  const tracking = await trackingOf(ctx, parent);
  if (tracking?.baseline_date === undefined) return { items: [] };
  const { baseline_date } = tracking;
  const mark = position as Mark | undefined;
  const options = { from: { snapshot_date: baseline_date }, limit: mark ? limit : limit + 1, ...(mark ? { position: mark.at } : {}) };
  const found = await AttributionSnapshot.list(ctx, { org_id: ctx.org_id, ...parent }, options);
  const { deltas, known } = dailyDeltas(found.items, baseline_date, mark?.known);
  return { items: deltas, ...(found.position === undefined ? {} : { position: { at: found.position, ...(known ? { known } : {}) } satisfies Mark }) };
};

const summary = async (ctx: OrgCtx, parent: Parent): Promise<Omit<AttributionView, "verified_reposts" | "cost_per_repost">> => {
  const tracking = await trackingOf(ctx, parent);
  const { next_on, tracked_until = null, unavailable_since = null, baseline_date } = tracking ?? {};
  const from = baseline_date === undefined ? undefined : addDays(baseline_date, -PRE_DAYS);
  const snapshots =
    from === undefined
      ? []
      : (await AttributionSnapshot.list(ctx, { org_id: ctx.org_id, ...parent }, { from: { snapshot_date: from }, limit: MOST_DAYS })).items;
  return {
    ...parent,
    tracked: next_on !== undefined,
    tracked_until,
    unavailable_since,
    baseline_date: baseline_date ?? null,
    ...liftOf(snapshots, baseline_date),
  };
};

const campaign = async (ctx: OrgCtx, id: string): Promise<{ found: Campaign; parent: Parent }> => ({
  found: await Campaign.get(ctx, { org_id: ctx.org_id, id }),
  parent: { parent_type: "campaign", parent_id: id },
});
const submission = async (ctx: OrgCtx, id: string): Promise<Parent> => {
  await visibleSubmission(ctx, id);
  return { parent_type: "submission", parent_id: id };
};

/** What was counted for a campaign's track, in the order of days. Throws DomainError not_found. README, Attribution. */
export const campaignMetrics = async (ctx: OrgCtx, id: string, page: PageRequest): Promise<PageOf<MetricsView>> =>
  listMetrics(ctx, (await campaign(ctx, id)).parent, page);

/** The same for a submission; members see their own ones. */
export const submissionMetrics = async (ctx: OrgCtx, id: string, page: PageRequest): Promise<PageOf<MetricsView>> =>
  listMetrics(ctx, await submission(ctx, id), page);

/** What each day after a campaign's baseline added; nothing without a baseline. Throws DomainError not_found. README, Attribution. */
export const campaignDeltas = async (ctx: OrgCtx, id: string, page: PageRequest): Promise<PageOf<DeltaView>> =>
  listDeltas(ctx, (await campaign(ctx, id)).parent, page);

export const submissionDeltas = async (ctx: OrgCtx, id: string, page: PageRequest): Promise<PageOf<DeltaView>> =>
  listDeltas(ctx, await submission(ctx, id), page);

/** What a campaign brought beyond what the track gained anyway, and what a repost cost. Throws DomainError not_found. README, Attribution. */
export const campaignAttribution = async (ctx: OrgCtx, id: string): Promise<AttributionView> => {
  const { found, parent } = await campaign(ctx, id);
  const { verified_reposts, price_usd } = found;
  return { ...(await summary(ctx, parent)), verified_reposts, cost_per_repost: costPerRepost(price_usd, verified_reposts) };
};

export const submissionAttribution = async (ctx: OrgCtx, id: string): Promise<AttributionView> => ({
  ...(await summary(ctx, await submission(ctx, id))),
  verified_reposts: null,
  cost_per_repost: null,
});
