import * as z from "zod";
import { date, id, newId, timestamp } from "../../kernel/fields.ts";
import { type Item, entity } from "../../kernel/table/entity.ts";
import { soundcloud } from "../table.ts";

export const QueueStatus = z.enum(["draft", "approved", "published"]);
/** Submissions that a queue names as unfilled; `unfilled_count` counts all. */
export const UNFILLED_NAMED = 2000;
const counter = z.int().min(0).default(0);

/**
 * The reposts planned for one UTC day, one per org and date. `build_id` points at the build that counts: a rebuild
 * writes its assignments first and moves the pointer last, in one conditional write. While `publishing` is set the
 * publish job runs; the status turns last. README, Queues.
 */
export const Queue = entity(soundcloud, "Queue", {
  fields: () => ({
    org_id: id,
    id: newId,
    date,
    status: QueueStatus.default("draft"),
    build_id: id,
    /** The order that made this build: the same order delivered again builds nothing. */
    build_order: id,
    built_at: timestamp,
    total_slots: counter,
    filled_slots: counter,
    /** Empty slots by reason; with the filled ones they are all slots. */
    empty_counts: z.record(z.string(), z.int().min(0)).default({}),
    unfilled: z
      .array(z.strictObject({ submission_id: id, missing: z.int().min(1), reason: z.enum(["no_supporter", "conflict", "capacity", "credits"]) }))
      .max(UNFILLED_NAMED)
      .default([]),
    /** Submissions that want more supporters than they get. */
    unfilled_count: counter,
    publishing: z.boolean().default(false),
    created_by_id: id.optional(),
    approved_by_id: id.optional(),
    approved_at: timestamp.optional(),
    published_at: timestamp.optional(),
    notes: z.string().max(5000).optional(),
  }),
  key: ["{org_id}#Q#{date}", "Q"],
  indexes: {
    byDate: { on: "gsi1", pk: "{org_id}#QS", sk: "{date}" },
    byStatus: { on: "gsi2", pk: "{org_id}#QT#{status}", sk: "{date}" },
  },
  hidden: ["build_order"],
  states: { field: "status", transitions: { draft: ["approved"], approved: ["draft", "published"], published: [] } },
});
export type Queue = Item<typeof Queue>;
