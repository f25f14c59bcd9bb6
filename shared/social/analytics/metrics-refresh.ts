import * as z from "zod";
import { date, id, newId, timestamp } from "../../kernel/fields.ts";
import { type Item, entity } from "../../kernel/table/entity.ts";
import { PlatformName } from "../platform/social-platform.ts";
import { social } from "../table.ts";

const count = z.int().min(0).default(0);
export const MOST_NAMED = 100;

/** A number that is kept on write and is not what the rows say. */
export const MetricsDifference = z.strictObject({
  /** What was compared: `daily_platform_metrics.posts_count`, `top_content.places`. */
  check: z.string(),
  /** A network and day, or a post's id. */
  subject: z.string(),
  stored: z.number().nullable(),
  computed: z.number(),
});
export type MetricsDifference = z.output<typeof MetricsDifference>;

/** Where a run stands: the network, and its last day that was looked at. */
const Checkpoint = z.strictObject({ platform: PlatformName, after: date.optional() });
export type Checkpoint = z.output<typeof Checkpoint>;

/** One recomputation of daily metrics and leaderboards. It changes nothing and must find no difference. README, Recomputation. */
export const MetricsRefresh = entity(social, "MetricsRefresh", {
  fields: () => ({
    org_id: id,
    id: newId,
    status: z.enum(["running", "completed"]).default("running"),
    /** The day of a nightly run; a run by hand has none. */
    date: date.optional(),
    requested_by: id.optional(),
    /** Days of networks and posts looked at so far. */
    days_checked: count,
    posts_checked: count,
    difference_count: count,
    /** The first of them. */
    differences: z.array(MetricsDifference).max(MOST_NAMED).default([]),
    completed_at: timestamp.optional(),
    checkpoint: Checkpoint,
    expires_at: z.int(),
  }),
  key: ["{org_id}#MR#{id}", "MR"],
  indexes: { all: { on: "gsi1", pk: "{org_id}#MRS", sk: "{created_at}#{id}" } },
  hidden: ["checkpoint", "expires_at"],
  states: { field: "status", transitions: { running: ["completed"], completed: [] } },
  ttl: ({ expires_at }) => expires_at,
});
export type MetricsRefresh = Item<typeof MetricsRefresh>;
