import * as z from "zod";
import { PlannerEventReceived } from "../../../events/soundcloud/planner-event-received.v1.ts";
import type { OrgCtx } from "../../kernel/context.ts";
import { invalid } from "../../kernel/errors.ts";
import { timestamp } from "../../kernel/fields.ts";
import { transact } from "../../kernel/table/table.ts";
import { soundcloud, soundcloudSystem } from "../table.ts";
import { PlannerEvent, PlannerEventType } from "./planner-event.ts";

const KEEP_S = 30 * 24 * 3600;
const PROOF_HOSTS = new Set(["soundcloud.com", "www.soundcloud.com", "m.soundcloud.com", "influenceplanner.com"]);
const text = (most: number) => z.string().min(1).max(most);

/** What Influence Planner sends; fields that it does not name are its to add. */
export const PlannerMessage = z.looseObject({
  type: text(100),
  timestamp,
  data: z.looseObject({
    schedule_id: text(100).optional(),
    target_user_id: text(100).optional(),
    media_url: text(2000).optional(),
    performed_at: timestamp.optional(),
    proof_url: text(2000).optional(),
    error: z.looseObject({ code: text(100).nullish(), message: z.string().max(5000).nullish() }).nullish(),
  }),
});
export type PlannerMessage = z.output<typeof PlannerMessage>;

/** A proof is shown, never opened by us, and only from where proofs come. */
const proofOf = (address: string | undefined): string | undefined => {
  const url = URL.parse(address ?? "");
  return url?.protocol === "https:" && PROOF_HOSTS.has(url.hostname) && url.username === "" && url.password === "" && url.port === "" ? url.href : undefined;
};

/**
 * Takes a call-back in: stored with the event that wakes the worker. Types that are not known are taken and forgotten.
 * Throws DomainError `invalid_request` when a known one names no schedule.
 */
export const receivePlannerEvent = async (ctx: OrgCtx, { type: named, timestamp: occurred_at, data }: PlannerMessage): Promise<void> => {
  const type = PlannerEventType.safeParse(named).data;
  if (!type) return ctx.log.info("a call-back of a type that is not known", { type: named });
  const { schedule_id, target_user_id, media_url, performed_at, proof_url, error } = data;
  if (schedule_id === undefined || target_user_id === undefined)
    throw invalid(
      Object.entries({ schedule_id, target_user_id }).flatMap(([name, value]) =>
        value === undefined ? [{ pointer: `/data/${name}`, code: "required", detail: `${named} names its schedule and its channel.` }] : [],
      ),
    );
  const optional = {
    media_url,
    performed_at,
    proof_url: proofOf(proof_url),
    error_code: error?.code ?? undefined,
    error_message: error?.message?.slice(0, 500) || undefined,
  };
  const event = PlannerEvent.draft(ctx, {
    org_id: ctx.org_id,
    type,
    ip_schedule_id: schedule_id,
    target_user_id,
    occurred_at,
    expires_at: Math.floor(ctx.clock.now().getTime() / 1000) + KEEP_S,
    ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined)),
  });
  await transact(ctx, soundcloud, [...PlannerEvent.writes.put(ctx, event), ...soundcloudSystem.emit(ctx, PlannerEventReceived, { event_id: event.id })], {
    pattern: "planner.receive",
  });
};
