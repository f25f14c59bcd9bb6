import * as z from "zod";
import type { OrgCtx } from "../../kernel/context.ts";
import type { PageOf, PageRequest } from "../../kernel/http/route.ts";
import { getSettings } from "../settings/get-settings.ts";
import { CLOCKS, Clock } from "./clock.ts";

const SUBJECTS = {
  decision: "submission",
  proof: "queue_assignment",
  review: "queue_assignment",
  inactivity: "member",
  reconnect: "member",
  complaint: "complaint",
  inquiry: "inquiry",
  proposal: "target_proposal",
  callback: "planner_event",
} as const satisfies Record<Clock, string>;

/** One thing that waits. Times that nobody knows are missing, and with them the age. */
export const WorkItem = z.object({
  kind: Clock,
  subject_type: z.enum(Object.values(SUBJECTS)),
  subject_id: z.uuid(),
  since: z.iso.datetime().optional(),
  due_at: z.iso.datetime().optional(),
  /** Full hours since it began to wait. */
  age_hours: z.int().min(0).optional(),
  late: z.boolean(),
  /** Of a proposal: what it was made for. */
  parent_type: z.enum(["submission", "campaign"]).optional(),
  parent_id: z.uuid().optional(),
});
export type WorkItem = z.output<typeof WorkItem>;

export const WorklistFilter = z.strictObject({ kind: Clock, late: z.literal("true").optional() });
type WorklistFilter = z.output<typeof WorklistFilter>;

const HOUR_MS = 3_600_000;

/** What waits of one kind, what is due first in front; `late` leaves out what is not due yet. README, Worklist. */
export const readWorklist = async (ctx: OrgCtx, { kind, late }: WorklistFilter, page: PageRequest): Promise<PageOf<WorkItem>> => {
  const now = ctx.clock.now();
  const settings = await getSettings(ctx);
  const { items, position } = await CLOCKS[kind](ctx, settings, page, late === undefined ? undefined : now.toISOString());
  const shown = items.map(({ since, due_at, ...one }) => ({
    kind,
    subject_type: SUBJECTS[kind],
    ...one,
    ...(since === undefined ? {} : { since, age_hours: Math.max(0, Math.floor((now.getTime() - Date.parse(since)) / HOUR_MS)) }),
    ...(due_at === undefined ? {} : { due_at }),
    late: due_at === undefined || due_at < now.toISOString(),
  }));
  return { items: late === undefined ? shown : shown.filter((one) => one.late), position };
};
