import * as z from "zod";
import type { OrgCtx } from "../../kernel/context.ts";
import { unprocessable } from "../../kernel/errors.ts";
import { contend, transact } from "../../kernel/table/table.ts";
import { social } from "../table.ts";
import { EngagementEvent } from "./engagement-event.ts";
import { FORGOTTEN } from "./forgotten.ts";

/** With the record of the request they are one transaction. */
const MOST = 50;

const EventRef = z.strictObject({
  post_id: z.uuid(),
  /** Of the event's time, UTC. */
  month: z
    .string()
    .regex(/^\d{4}-(0[1-9]|1[0-2])$/, "a month such as 2026-11")
    .meta({ example: "2026-11" }),
  id: z.string().min(1).max(100),
});
export const RemovedEvents = z.strictObject({ events: z.array(EventRef).min(1).max(MOST) });
export type RemovedEvents = z.output<typeof RemovedEvents>;

const textOf = ({ post_id, month, id }: z.output<typeof EventRef>): string => `${month}/${post_id}/${id}`;

/**
 * Takes events back for good: they stay, marked and without their persons, so that a repetition does not count, and are
 * subtracted once by the table's stream. All or none; those that were removed before stay as they are. Throws DomainError `unknown_event`
 * naming each event that is not there. README, Engagement.
 */
export const removeEvents = async (ctx: OrgCtx, { events }: RemovedEvents): Promise<{ removed: number; unchanged: number }> => {
  const wanted = [...new Map(events.map((event) => [textOf(event), { ...event, org_id: ctx.org_id }])).values()];
  const removed_at = ctx.clock.now().toISOString();
  return contend(async () => {
    const stored = new Map((await EngagementEvent.getMany(ctx, wanted, { consistent: true })).map((event) => [textOf(event), event]));
    const missing = events.flatMap((event, at) =>
      stored.has(textOf(event)) ? [] : [{ pointer: `/events/${at}`, code: "unknown_event", detail: "There is no such event of this post in this month." }],
    );
    if (missing.length > 0) throw unprocessable("unknown_event", `${missing.length} of ${events.length} events are not stored; nothing was removed.`, missing);
    const counted = [...stored.values()].filter((event) => event.removed_at === undefined);
    const result = { removed: counted.length, unchanged: wanted.length - counted.length };
    const writes = counted.flatMap((event) => EngagementEvent.writes.patch(ctx, event, { ...FORGOTTEN, removed_at }));
    await transact(ctx, social, writes, { pattern: "events.remove", result });
    return result;
  });
};
