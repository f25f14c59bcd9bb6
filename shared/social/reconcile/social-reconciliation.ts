import * as z from "zod";
import { date, id, timestamp } from "../../kernel/fields.ts";
import { type Item, entity } from "../../kernel/table/entity.ts";
import { EARNED } from "../conversion/post-revenue.ts";
import { Recount } from "../conversion/recount.ts";
import { social } from "../table.ts";

export const ReconciliationStatus = z.enum(["running", "completed"]);
const count = z.int().min(0);
const month = z.string().regex(/^\d{4}-\d{2}$/);

const ENGAGEMENT = ["likes", "comments", "shares", "saves", "events"] as const;
const REVENUE = EARNED.map((counter) => `revenue_${counter}` as const);

/** A counter that is kept on write and is not what the stored events or conversions say. */
export const CountDifference = z.strictObject({
  post_id: id,
  /** Of the events; what a post has earned is counted in all. */
  month: month.optional(),
  /** Revenue is in cents, by model. */
  counter: z.enum([...ENGAGEMENT, ...REVENUE]),
  stored: z.int(),
  computed: z.int(),
});
export type CountDifference = z.output<typeof CountDifference>;

/** One recomputation of the posts' counters and revenue. It changes no counter, and must find no difference. README, Reconciliation. */
export const SocialReconciliation = entity(social, "SocialReconciliation", {
  fields: () => ({
    org_id: id,
    id,
    /** Its month and the one before are recomputed. */
    date,
    status: ReconciliationStatus.default("running"),
    /** What is next: the first of the months, and where its next page begins; after the last one revenue. */
    months: z.array(month).max(2),
    position: z.json().optional(),
    /** How far revenue is; absent before and after it. */
    recount: Recount.optional(),
    /** Posts' months that were compared. */
    compared: count.default(0),
    /** Those in which something changed in the last minutes, which the next night compares, and posts whose revenue did and differs. */
    unsettled: count.default(0),
    difference_count: count.default(0),
    /** Those of them that were found before revenue was compared. */
    counter_difference_count: count.default(0),
    /** The first hundred. */
    differences: z.array(CountDifference).max(100).default([]),
    completed_at: timestamp.optional(),
    expires_at: z.int(),
  }),
  key: ["{org_id}#RC", "{date}#{id}"],
  server: [
    "months",
    "position",
    "recount",
    "compared",
    "unsettled",
    "difference_count",
    "counter_difference_count",
    "differences",
    "completed_at",
    "expires_at",
  ],
  hidden: ["months", "position", "recount", "counter_difference_count", "expires_at"],
  states: { field: "status", transitions: { running: ["completed"], completed: [] } },
  ttl: ({ expires_at }) => expires_at,
});
export type SocialReconciliation = Item<typeof SocialReconciliation>;
