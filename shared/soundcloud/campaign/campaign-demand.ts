import type { OrgCtx } from "../../kernel/context.ts";
import { todayOf } from "../../kernel/days.ts";
import type { Write } from "../../kernel/table/table.ts";
import { monthOf } from "../credit/open-wallet.ts";
import { firstDay } from "../planner/planned-days.ts";
import type { Settings } from "../settings/settings.ts";
import type { SoundCloudTrack } from "../soundcloud/resources.ts";
import { demandSince } from "../submission/demand.ts";
import { Submission } from "../submission/submission.ts";
import { parseTrackUrl } from "../track-url.ts";
import { Campaign } from "./campaign.ts";

/** What the submission repeats of its campaign, and follows when that changes. */
const repeated = ({
  goal_reposts,
  artist_name,
  track_name,
  family,
  subgenres,
  genre_pairs,
  salesperson_id,
  owner_id,
  price_usd,
  start_date,
  end_date,
}: Campaign) => ({
  goal_reposts: goal_reposts === 0 ? undefined : goal_reposts,
  artist_name,
  track_title: track_name,
  family,
  subgenres,
  genre_pairs,
  salesperson_id,
  owner_id,
  price_usd,
  start_date,
  end_date,
});

/** The client's submission that carries a campaign's demand from now on: approved, of the repost network, for the campaign's goal. */
export const demandOf = (ctx: OrgCtx, campaign: Campaign): Submission => {
  const { org_id, id, client_id, track_url, track_key, track_urn, artist_urn, planned_days, ip_schedule_ids, ip_tracking_url } = campaign;
  const scheduled_date = firstDay(planned_days);
  const now = ctx.clock.now();
  const parsed = parseTrackUrl(track_url);
  const fields = repeated(campaign);
  return Submission.draft(ctx, {
    ...fields,
    org_id,
    client_id,
    party_id: client_id,
    campaign_id: id,
    track_url,
    track_key,
    artist_key: artist_urn ?? ("fault" in parsed ? "" : (parsed.user ?? "")),
    track_urn,
    artist_urn,
    status: "approved",
    service_type: "repost_network",
    submitted_at: now.toISOString(),
    submitted_month: monthOf(now),
    decided_at: now.toISOString(),
    planned_days,
    ip_schedule_ids,
    ...(ip_tracking_url === undefined ? {} : { ip_tracking_url }),
    ...(scheduled_date === undefined ? {} : { scheduled_date }),
    ...(fields.goal_reposts === undefined ? {} : { demand_since: todayOf(ctx) }),
  });
};

/** The submission as its campaign has it since a change; a new goal may open or close the demand. */
export const followedWrites = (ctx: OrgCtx, submission: Submission, campaign: Campaign, settings: Settings): Write[] => {
  const fields = Object.fromEntries(Object.entries(repeated(campaign)).map(([field, value]) => [field, value ?? null]));
  const demand_since = demandSince({ ...submission, goal_reposts: repeated(campaign).goal_reposts }, settings, todayOf(ctx));
  // What Influence Planner told the submission stays where the campaign has nothing to say.
  const { ip_tracking_url = submission.ip_tracking_url } = campaign;
  return Submission.writes.patch(ctx, submission, { ...fields, demand_since, ...(ip_tracking_url === undefined ? {} : { ip_tracking_url }) });
};

/** Nobody new is asked from now on; what is under way goes on. */
export const pausedDemand = (ctx: OrgCtx, submission: Submission): Write[] =>
  Submission.writes.patch(ctx, submission, { paused_at: ctx.clock.now().toISOString(), demand_since: null });

export const resumedDemand = (ctx: OrgCtx, submission: Submission, settings: Settings): Write[] =>
  Submission.writes.patch(ctx, submission, { paused_at: null, demand_since: demandSince({ ...submission, paused_at: undefined }, settings, todayOf(ctx)) });

export const closedDemand = (ctx: OrgCtx, submission: Submission): Write[] =>
  Submission.writes.patch(ctx, submission, { closed_at: ctx.clock.now().toISOString(), demand_since: null });

/** The campaign's submission, consistent; undefined before it was live for the first time. */
export const carriedBy = async (ctx: OrgCtx, { org_id, submission_id }: Campaign): Promise<Submission | undefined> =>
  submission_id === undefined ? undefined : Submission.get(ctx, { org_id, id: submission_id }, { consistent: true });

/** A repost more or less that was verified and stands; nothing for work that is no campaign's. They belong beside the assignment's own change. */
export const verifiedWrites = (ctx: OrgCtx, submission: Submission | undefined, by: 1 | -1): Write[] =>
  submission?.campaign_id === undefined
    ? []
    : Campaign.writes.increment(ctx, { org_id: submission.org_id, id: submission.campaign_id }, { verified_reposts: by });

/** What SoundCloud says of the track is told to the campaign as well. */
export const campaignTrackWrites = (ctx: OrgCtx, { org_id, campaign_id }: Submission, track: SoundCloudTrack): Write[] =>
  campaign_id === undefined
    ? []
    : Campaign.writes.increment(ctx, { org_id, id: campaign_id }, {}, { set: { track_urn: track.urn, artist_urn: track.user.urn, track_key: track.urn } });
