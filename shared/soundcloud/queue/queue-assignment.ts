import * as z from "zod";
import { date, id, newId, timestamp } from "../../kernel/fields.ts";
import { type Item, entity } from "../../kernel/table/entity.ts";
import { soundcloud } from "../table.ts";

export const AssignmentStatus = z.enum(["assigned", "completed", "skipped", "failed"]);
/** What is looked at next: a missing proof, a proof to verify, a repost to see still standing; `review` waits for ops, not for the clock. */
export const AssignmentCheck = z.enum(["proof_due", "verify", "still_standing", "review"]);
export type AssignmentCheck = z.output<typeof AssignmentCheck>;

/**
 * One track for one supporter on one day. Publication sets `published_on`, the queue's date, which puts the item into the
 * supporter's own list; `check` and `check_at` put it into the list of what is due. Until then it belongs to a draft that
 * a rebuild may leave behind, and expires. README, Assignments.
 */
export const QueueAssignment = entity(soundcloud, "QueueAssignment", {
  fields: () => ({
    org_id: id,
    id: newId,
    queue_id: id,
    queue_date: date,
    build_id: id,
    submission_id: id,
    supporter_id: id,
    /** Who pays: the submitting member; missing for client work, which the campaign account pays. */
    payer_id: id.optional(),
    position: z.int().min(1),
    credits_allocated: z.int().min(0),
    reach: z.int().min(0),
    score: z.int().min(0),
    track_url: z.url().max(2000),
    track_key: z.string().max(1500),
    artist_key: z.string().max(500),
    artist_name: z.string().max(300).optional(),
    status: AssignmentStatus.default("assigned"),
    published_on: date.optional(),
    published_at: timestamp.optional(),
    proof_due_at: timestamp.optional(),
    proof_url: z.url().max(2000).optional(),
    proof_submitted_at: timestamp.optional(),
    completed_at: timestamp.optional(),
    verified: z.boolean().default(false),
    verified_by: z.enum(["soundcloud", "ops"]).optional(),
    /** The fee of the settlement, which a refund takes back as it was. */
    service_fee_bps: z.int().min(0).max(10_000).optional(),
    refunded_at: timestamp.optional(),
    skip_reason: z.string().max(500).optional(),
    failure_reason: z.string().max(500).optional(),
    /** It ended through no doing of the supporter, and counts nowhere. */
    excused: z.boolean().default(false),
    /** The assignment that took its place after publication. */
    swapped_to: id.optional(),
    check: AssignmentCheck.optional(),
    check_at: timestamp.optional(),
    check_attempts: z.int().min(0).default(0),
    /** Epoch seconds; only while it is not published. */
    expires_at: z.int().optional(),
  }),
  key: ["{org_id}#A#{id}", "A"],
  indexes: {
    byQueue: { on: "gsi1", pk: "{org_id}#AQ#{queue_date}#{build_id}", sk: "{position:5}" },
    bySubmission: { on: "gsi2", pk: "{org_id}#AB#{submission_id}", sk: "{published_on}#{id}" },
    bySupporter: { on: "gsi3", pk: "{org_id}#AS#{supporter_id}", sk: "{published_on}#{position:5}" },
    due: { on: "gsi4", pk: "{org_id}#AC#{check}", sk: "{check_at}#{id}" },
  },
  hidden: ["track_key", "artist_key", "service_fee_bps", "check", "check_at", "check_attempts", "expires_at"],
  states: {
    field: "status",
    transitions: { assigned: ["completed", "skipped", "failed"], completed: [], skipped: [], failed: [] },
  },
  ttl: (assignment) => assignment.expires_at,
});
export type QueueAssignment = Item<typeof QueueAssignment>;

/** Whether it takes a slot of its queue: not when publication passed it over or ops gave its track to another. */
export const fillsSlot = ({ status, published_at, swapped_to }: QueueAssignment): boolean =>
  (published_at !== undefined || status === "assigned") && swapped_to === undefined;
