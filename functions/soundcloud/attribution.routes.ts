import * as z from "zod";
import { resource, roles, route } from "../../shared/kernel/http/route.ts";
import { AttributionView, DeltaView, MetricsView } from "../../shared/soundcloud/attribution/read-metrics.ts";

const ops = roles("soundcloud", { admin: "all", moderator: "all" });
const everyone = roles("soundcloud", { admin: "all", moderator: "all", member: "own" });
const CampaignParams = z.strictObject({ campaign_id: z.uuid() });
const SubmissionParams = z.strictObject({ submission_id: z.uuid() });

const metrics = {
  description: "In the order of days. `day_index` counts from the baseline, is negative before it and null without one. A count that SoundCloud hides is null.",
  list: true,
  reply: { status: 200, body: MetricsView },
} as const;
const deltas = {
  description:
    "Days after the baseline. `daily_plays` are the plays since the last known count, which lies `gap_days` back; a counter that fell counts 0 and says `counter_reset`; null where either count is hidden. Empty without a baseline.",
  list: true,
  reply: { status: 200, body: DeltaView },
} as const;
const lift = {
  description:
    "`organic_adjusted_lift` is what was gained since the baseline less what the line through the 28 days before it would have brought; null with a `lift_reason`.",
  reply: { status: 200, body: AttributionView },
} as const;

export const attribution = resource(
  "soundcloud",
  "attribution",
  "What SoundCloud counts day by day for the tracks of campaigns and submissions, and what the network brought beyond that.",
  {
    campaignMetrics: route({
      method: "GET",
      path: "/soundcloud/campaigns/{campaign_id}/metrics",
      summary: "List a campaign's counts by day",
      policy: ops,
      params: CampaignParams,
      ...metrics,
    }),
    campaignDeltas: route({
      method: "GET",
      path: "/soundcloud/campaigns/{campaign_id}/daily-deltas",
      summary: "List what each day of a campaign added",
      policy: ops,
      params: CampaignParams,
      ...deltas,
    }),
    campaignAttribution: route({
      method: "GET",
      path: "/soundcloud/campaigns/{campaign_id}/attribution",
      summary: "Read what a campaign brought, and what a repost cost",
      policy: ops,
      params: CampaignParams,
      ...lift,
    }),
    orderBaseline: route({
      method: "POST",
      path: "/soundcloud/campaigns/{campaign_id}/baseline",
      summary: "Capture a campaign's baseline today",
      description: "A job captures it. Without this the first snapshot on or after `start_date` is the baseline.",
      policy: ops,
      params: CampaignParams,
      reply: { status: 202, body: z.object({ campaign_id: z.uuid(), status: z.literal("ordered") }) },
      errors: {
        baseline_captured: { status: 409, when: "the campaign has its baseline" },
        not_scheduled: { status: 409, when: "the campaign is not `scheduled`" },
      },
    }),
    submissionMetrics: route({
      method: "GET",
      path: "/soundcloud/submissions/{submission_id}/metrics",
      summary: "List a submission's counts by day",
      policy: everyone,
      params: SubmissionParams,
      ...metrics,
    }),
    submissionDeltas: route({
      method: "GET",
      path: "/soundcloud/submissions/{submission_id}/daily-deltas",
      summary: "List what each day of a submission added",
      policy: everyone,
      params: SubmissionParams,
      ...deltas,
    }),
    submissionAttribution: route({
      method: "GET",
      path: "/soundcloud/submissions/{submission_id}/attribution",
      summary: "Read what a submission brought",
      policy: everyone,
      params: SubmissionParams,
      ...lift,
    }),
  },
);
