import * as z from "zod";
import { sha256 } from "../../kernel/crypto/tokens.ts";
import { id, newId, timestamp, webAddress } from "../../kernel/fields.ts";
import { type Item, entity } from "../../kernel/table/entity.ts";
import { soundcloud } from "../table.ts";

export const ScheduleStatus = z.enum(["pending", "scheduled", "completed", "failed", "cancelled"]);
export type ScheduleStatus = z.output<typeof ScheduleStatus>;
export const ParentType = z.enum(["campaign", "submission"]);
export type ParentType = z.output<typeof ParentType>;

/**
 * A repost of one track by one channel, planned at Influence Planner. One schedule there covers all channels of a group:
 * its id names one of ours together with the channel. README, Schedules.
 */
export const Schedule = entity(soundcloud, "Schedule", {
  fields: () => ({
    org_id: id,
    id: newId,
    ip_schedule_id: z.string().max(100).optional(),
    /** Where a person sees and cancels it at Influence Planner. */
    ip_calendar_url: webAddress.optional(),
    parent_type: ParentType,
    parent_id: id,
    track_url: z.url().max(2000),
    member_id: id,
    member_account_id: id,
    target_handle: z.string().min(1).max(255),
    /** The channel's name at Influence Planner: `SOUNDCLOUD-USER-1234`. */
    target_user_id: z.string().max(100).optional(),
    scheduled_at: timestamp.optional(),
    completed_at: timestamp.optional(),
    status: ScheduleStatus.default("pending"),
    proof_url: z.url().max(2000).optional(),
    verified_by: z.enum(["soundcloud", "influence_planner"]).optional(),
    credits_allocated: z.int().min(0).default(0),
    error_message: z.string().max(500).optional(),
    retry_count: z.int().min(0).default(0),
    /** Set before Influence Planner is asked and taken back by its definite answer: while it stands, nobody knows whether the schedule exists there. */
    sent_at: timestamp.optional(),
    /** Track and channel as one value, while what is known of them at Influence Planner is awaited. */
    awaited_key: z.string().max(64).optional(),
    /** Influence Planner says that it was carried out although it was cancelled. */
    late_completion_at: timestamp.optional(),
    check: z.enum(["create", "verify", "review"]).optional(),
    check_at: timestamp.optional(),
    check_attempts: z.int().min(0).default(0),
  }),
  key: ["{org_id}#PS#{id}", "P"],
  indexes: {
    byParent: { on: "gsi1", pk: "{org_id}#PP#{parent_id}", sk: "{id}" },
    byStatus: { on: "gsi2", pk: "{org_id}#PT#{status}", sk: "{id}" },
    byMember: { on: "gsi3", pk: "{org_id}#PM#{member_id}", sk: "{id}" },
    due: { on: "gsi4", pk: "{org_id}#PC#{check}", sk: "{check_at}#{id}" },
  },
  unique: {
    target: "{org_id}#{parent_id}#{target_handle}",
    planned: "{org_id}#{ip_schedule_id}#{target_user_id}",
    awaited: "{org_id}#{awaited_key}",
  },
  hidden: ["awaited_key", "check", "check_at", "check_attempts", "sent_at"],
  states: {
    field: "status",
    transitions: {
      pending: ["scheduled", "failed", "cancelled"],
      scheduled: ["completed", "failed", "cancelled"],
      failed: ["pending", "completed"],
      completed: [],
      cancelled: [],
    },
  },
});
export type Schedule = Item<typeof Schedule>;

export const awaitedKey = (track_url: string, target_user_id: string): string => sha256(`${track_url}\n${target_user_id}`);

/** The channel's name at Influence Planner, once SoundCloud told its URN. */
export const plannerUserId = (soundcloud_urn: string | undefined): string | undefined => {
  const number = /^soundcloud:users:(\d+)$/.exec(soundcloud_urn ?? "")?.[1];
  return number === undefined ? undefined : `SOUNDCLOUD-USER-${number}`;
};

export const ScheduleView = Schedule.api.response.extend({ outcome_unknown: z.boolean(), needs_attention: z.boolean() });
export type ScheduleView = z.input<typeof ScheduleView>;

export const presentSchedule = (schedule: Schedule): ScheduleView => ({
  ...schedule,
  outcome_unknown: schedule.status === "pending" && schedule.sent_at !== undefined,
  needs_attention: schedule.check === "review",
});
