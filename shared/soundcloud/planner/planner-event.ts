import * as z from "zod";
import { id, newId, nowField, timestamp } from "../../kernel/fields.ts";
import { type Item, entity } from "../../kernel/table/entity.ts";
import { soundcloud } from "../table.ts";

export const PlannerEventType = z.enum(["schedule.scheduled", "schedule.completed", "schedule.failed", "schedule.cancelled"]);
export const PlannerEventState = z.enum(["received", "parked", "expired"]);

/**
 * A call-back of Influence Planner until it is applied, which deletes it: what is left names a schedule that nobody here
 * knows, yet or any more. README, Schedules.
 */
export const PlannerEvent = entity(soundcloud, "PlannerEvent", {
  fields: () => ({
    org_id: id,
    id: newId,
    type: PlannerEventType,
    ip_schedule_id: z.string().max(100),
    target_user_id: z.string().max(100),
    media_url: z.string().max(2000).optional(),
    /** When it happened, by their clock. */
    occurred_at: timestamp,
    performed_at: timestamp.optional(),
    proof_url: z.url().max(2000).optional(),
    error_code: z.string().max(100).optional(),
    error_message: z.string().max(500).optional(),
    state: PlannerEventState.default("received"),
    received_at: nowField,
    attempts: z.int().min(0).default(0),
    /** Epoch seconds. */
    expires_at: z.int(),
  }),
  key: ["{org_id}#PE#{id}", "E"],
  indexes: { byState: { on: "gsi4", pk: "{org_id}#PX#{state}", sk: "{received_at}#{id}" } },
  hidden: ["attempts", "expires_at"],
  ttl: (event) => event.expires_at,
});
export type PlannerEvent = Item<typeof PlannerEvent>;
