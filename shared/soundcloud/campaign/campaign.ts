import * as z from "zod";
import { date, id, metadata, moneyUsd, newId, timestamp, webAddress } from "../../kernel/fields.ts";
import { type Item, entity } from "../../kernel/table/entity.ts";
import { PlannedDays } from "../planner/planned-days.ts";
import { soundcloud } from "../table.ts";

export const CampaignStatus = z.enum(["intake", "draft", "scheduled", "live", "paused", "completed"]);
export type CampaignStatus = z.output<typeof CampaignStatus>;
export const Remedy = z.enum(["make_good", "refund"]);

/** Along which a campaign's status may change. README, Campaigns. */
export const CAMPAIGN_TRANSITIONS = {
  intake: ["draft"],
  draft: ["scheduled"],
  scheduled: ["live", "paused"],
  live: ["paused", "completed"],
  paused: ["scheduled", "live"],
  completed: [],
} as const satisfies Readonly<Record<CampaignStatus, readonly CampaignStatus[]>>;

/** What a campaign lacks to be carried out: goal and dates. Empty when it has all. */
export const missingTerms = ({
  goal_reposts,
  start_date,
  end_date,
}: {
  goal_reposts: number;
  start_date?: string | undefined;
  end_date?: string | undefined;
}) => {
  const required = (field: string, detail: string) => ({ pointer: `/${field}`, code: "required", detail });
  return [
    ...(goal_reposts === 0 ? [required("goal_reposts", "Say how many reposts are promised.")] : []),
    ...(start_date === undefined ? [required("start_date", "Say on which day it begins.")] : []),
    ...(end_date === undefined ? [required("end_date", "Say on which day it ends.")] : []),
  ];
};

/**
 * A client's paid order for reposts of one track. Its demand is a submission of the client, made once when the campaign
 * first goes live; supporters are paid from the org's campaign account. README, Campaigns.
 */
export const Campaign = entity(soundcloud, "Campaign", {
  fields: () => ({
    org_id: id,
    id: newId,
    client_id: id,
    salesperson_id: id.optional(),
    artist_name: z.string().trim().min(1).max(300),
    track_name: z.string().trim().min(1).max(300),
    track_url: z.url().max(2000),
    /** Canonical URL, or the URN once resolved. */
    track_key: z.string().max(1500),
    track_urn: z.string().max(100).optional(),
    artist_urn: z.string().max(100).optional(),
    family: z.string().max(100).optional(),
    subgenres: z.array(z.string().max(100)).max(20).default([]),
    /** `family_id/subgenre_id` pairs that matching uses. */
    genre_pairs: z.array(z.string()).max(20).default([]),
    goal_reposts: z.int().min(0).max(100_000).default(0),
    price_usd: moneyUsd.optional(),
    status: CampaignStatus.default("intake"),
    /** Where it goes on after a pause. */
    paused_from: z.enum(["scheduled", "live"]).optional(),
    start_date: date.optional(),
    end_date: date.optional(),
    ip_tracking_url: webAddress.optional(),
    /** What is known of its schedules at Influence Planner until its submission is there, which takes it over. */
    planned_days: PlannedDays.default({}),
    ip_schedule_ids: z.array(z.string().max(100)).max(100).default([]),
    baseline_captured_at: timestamp.optional(),
    attribution_end_date: date.optional(),
    created_by: id.optional(),
    approved_by: id.optional(),
    approved_at: timestamp.optional(),
    live_at: timestamp.optional(),
    completed_at: timestamp.optional(),
    /** The client's submission that carries its demand. */
    submission_id: id.optional(),
    /** Reposts that were verified and still stand. */
    verified_reposts: z.int().min(0).default(0),
    /** What was agreed about reposts that are owed. */
    remedy: Remedy.optional(),
    remedied_at: timestamp.optional(),
    remedied_by: id.optional(),
    /** What the client was promised back. */
    refund_usd: moneyUsd.optional(),
    owner_id: id.optional(),
    notes: z.string().max(5000).optional(),
    metadata: metadata.default({}),
  }),
  key: ["{org_id}#C#{id}", "C"],
  indexes: {
    byStatus: { on: "gsi1", pk: "{org_id}#CS#{status}", sk: "{id}" },
    byClient: { on: "gsi3", pk: "{org_id}#CC#{client_id}", sk: "{id}" },
  },
  server: [
    "track_key",
    "track_urn",
    "artist_urn",
    "genre_pairs",
    "status",
    "paused_from",
    "planned_days",
    "ip_schedule_ids",
    "baseline_captured_at",
    "created_by",
    "approved_by",
    "approved_at",
    "live_at",
    "completed_at",
    "submission_id",
    "verified_reposts",
    "remedy",
    "remedied_at",
    "remedied_by",
    "refund_usd",
  ],
  immutable: ["client_id", "track_url"],
  hidden: ["track_key", "genre_pairs", "paused_from", "planned_days", "ip_schedule_ids"],
  states: { field: "status", transitions: CAMPAIGN_TRANSITIONS },
  check: (campaign) => [
    ...(campaign.start_date !== undefined && campaign.end_date !== undefined && campaign.end_date < campaign.start_date
      ? [{ pointer: "/end_date", code: "before_start", detail: "The end date is before the start date." }]
      : []),
    ...(campaign.status === "scheduled" || campaign.status === "live" ? missingTerms(campaign) : []),
    ...(campaign.status === "live" && (campaign.baseline_captured_at === undefined || campaign.approved_at === undefined)
      ? [{ pointer: "/status", code: "not_ready", detail: "A live campaign is approved and has a baseline." }]
      : []),
  ],
});
export type Campaign = Item<typeof Campaign>;
