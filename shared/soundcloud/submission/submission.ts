import * as z from "zod";
import { date, email, id, moneyUsd, newId, timestamp, webAddress } from "../../kernel/fields.ts";
import { type Item, entity } from "../../kernel/table/entity.ts";
import { PlannedDays } from "../planner/planned-days.ts";
import { soundcloud } from "../table.ts";

export const SubmissionStatus = z.enum(["new", "pending", "approved", "rejected", "qa_flag"]);
export type SubmissionStatus = z.output<typeof SubmissionStatus>;
export const ServiceType = z.enum(["roster_placement", "repost_network", "playlist_placement"]);
export const TrackKind = z.enum(["track", "set", "profile", "short", "private"]);
const counter = z.int().min(0).default(0);

/**
 * A track that wants support: of a member (paid with credits) or of a client (paid from the campaign account), never
 * both. Workflow and gates: README, Submissions. `demand_open` is set while supporters are wanted, which puts the item
 * in the sparse index that queue building reads.
 */
export const Submission = entity(soundcloud, "Submission", {
  fields: () => ({
    org_id: id,
    id: newId,
    member_id: id.optional(),
    client_id: id.optional(),
    /** member_id or client_id: one index serves both. */
    party_id: id,
    salesperson_id: id.optional(),
    /** The paid campaign whose demand this is. */
    campaign_id: id.optional(),
    track_url: z.url().max(2000),
    track_kind: TrackKind.default("track"),
    /** Canonical URL, or the URN once resolved: what makes two submissions the same track. */
    track_key: z.string().max(1500),
    /** The `{user}` of the canonical URL, or the artist's URN once resolved. */
    artist_key: z.string().max(500),
    /** Unique per org while the submission is not rejected: track and party. */
    dedupe_key: z.string().max(3000).optional(),
    track_urn: z.string().max(100).optional(),
    artist_urn: z.string().max(100).optional(),
    track_title: z.string().max(300).optional(),
    /** Token of a private link, sealed; shown to ops only. */
    secret_token: z.string().max(2000).optional(),
    artist_name: z.string().max(300).optional(),
    family: z.string().max(100).optional(),
    subgenres: z.array(z.string().max(100)).max(20).default([]),
    /** `family_id/subgenre_id` pairs that matching uses. */
    genre_pairs: z.array(z.string()).max(20).default([]),
    status: SubmissionStatus.default("new"),
    submitted_at: timestamp,
    submitted_month: z.string(),
    decided_at: timestamp.optional(),
    closed_at: timestamp.optional(),
    service_type: ServiceType.optional(),
    target_band_mode: z.enum(["balance", "size"]).optional(),
    target_count: z.int().min(1).max(50).optional(),
    /** The campaign's goal: it takes the place of the target count. */
    goal_reposts: z.int().min(1).max(100_000).optional(),
    /** Since when its campaign is paused and nobody new is asked. */
    paused_at: timestamp.optional(),
    support_date: date.optional(),
    support_url: webAddress.optional(),
    /** The UTC day of the earliest repost that Influence Planner has planned or carried out. */
    scheduled_date: date.optional(),
    planned_days: PlannedDays.default({}),
    /** Where ops follow it at Influence Planner: as that gave it first, or as they entered it. */
    ip_tracking_url: webAddress.optional(),
    /** What Influence Planner calls the schedules that it accepted, the first hundred. */
    ip_schedule_ids: z.array(z.string().max(100)).max(100).default([]),
    /** The mail service's ids of mails about it, the first hundred. */
    resend_message_ids: z.array(z.string().max(200)).max(100).default([]),
    auto_shifted: z.boolean().default(false),
    shift_reason: z.string().max(200).optional(),
    expected_reach_min: counter,
    expected_reach_max: counter,
    expected_reach_planned: counter,
    suggested_supporters: z.array(id).max(50).default([]),
    /** Settled credits less refunds. */
    credits_consumed: counter,
    /** Assignments published and not failed, skipped or refunded. */
    supported_count: counter,
    /** Present while supporters are wanted: the first day of the demand, for waiting days. */
    demand_since: date.optional(),
    need_live_link: z.boolean().default(false),
    qa_reason: z.string().max(1000).optional(),
    notes: z.string().max(5000).optional(),
    owner_id: id.optional(),
    goal_plays: z.int().min(0).optional(),
    price_usd: moneyUsd.optional(),
    start_date: date.optional(),
    end_date: date.optional(),
    source_status: z.string().max(100).optional(),
    import_id: id.optional(),
    import_row: z.int().min(1).optional(),
    contact_emails: z.array(email).max(20).optional(),
  }),
  key: ["{org_id}#S#{id}", "S"],
  indexes: {
    byStatus: { on: "gsi1", pk: "{org_id}#SS#{status}", sk: "{id}" },
    bySupportDate: { on: "gsi2", pk: "{org_id}#SD#{support_date}", sk: "{id}" },
    byParty: { on: "gsi3", pk: "{org_id}#SY#{party_id}", sk: "{id}" },
    openDemand: { on: "gsi4", pk: "{org_id}#SO", sk: "{demand_since}#{id}" },
  },
  unique: { track: "{org_id}#{dedupe_key}" },
  server: [
    "party_id",
    "campaign_id",
    "goal_reposts",
    "paused_at",
    "track_kind",
    "track_key",
    "artist_key",
    "dedupe_key",
    "track_urn",
    "artist_urn",
    "secret_token",
    "genre_pairs",
    "status",
    "submitted_at",
    "submitted_month",
    "decided_at",
    "closed_at",
    "auto_shifted",
    "shift_reason",
    "expected_reach_min",
    "expected_reach_max",
    "expected_reach_planned",
    "suggested_supporters",
    "credits_consumed",
    "supported_count",
    "demand_since",
    "qa_reason",
    "support_url",
    "scheduled_date",
    "planned_days",
    "ip_schedule_ids",
    "resend_message_ids",
    "source_status",
    "import_id",
    "import_row",
    "contact_emails",
  ],
  immutable: ["member_id", "client_id", "track_url"],
  hidden: ["party_id", "track_key", "artist_key", "dedupe_key", "secret_token", "submitted_month", "planned_days", "contact_emails"],
  states: {
    field: "status",
    transitions: {
      new: ["pending", "approved", "rejected", "qa_flag"],
      pending: ["approved", "rejected", "qa_flag"],
      qa_flag: ["pending", "approved", "rejected"],
      approved: ["qa_flag"],
      rejected: [],
    },
  },
  check: (s) => [
    ...((s.member_id === undefined) === (s.client_id === undefined)
      ? [{ pointer: "/member_id", code: "one_party", detail: "Give exactly one of member_id and client_id." }]
      : []),
    ...(s.demand_since !== undefined && s.status !== "approved"
      ? [{ pointer: "/demand_since", code: "not_approved", detail: "Only an approved submission makes demand." }]
      : []),
  ],
});
export type Submission = Item<typeof Submission>;
