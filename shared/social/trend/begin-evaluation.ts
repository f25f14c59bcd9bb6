import type { OrgCtx } from "../../kernel/context.ts";
import { DomainError, isDomainError } from "../../kernel/errors.ts";
import { type Hour, timeOfHour } from "./coverage.ts";
import { TrendEvaluation } from "./trend-evaluation.ts";
import type { TrendPlatform } from "./topic.ts";

/** Missed hours that are made up for, the newest ones. */
const CATCH_UP_HOURS = 48;
/** Longer than a function may run: a run that still holds it after this has died. */
const LEASE_MS = 310_000;

export type RunningEvaluation = TrendEvaluation & { readonly run: string };

/**
 * The next evaluation of a network that is due up to an hour, held by this run; undefined when there is none. A run that
 * died is taken over. Throws DomainError unavailable `evaluation_under_way` while another one is at work.
 */
export const beginEvaluation = async (ctx: OrgCtx, platform: TrendPlatform, until: Hour): Promise<RunningEvaluation | undefined> => {
  const { org_id } = ctx;
  const { items } = await TrendEvaluation.list(ctx, { org_id, platform }, { desc: true, limit: 1, consistent: true });
  const last = items[0];
  const now = ctx.clock.now();
  const hold = { run: ctx.ids.uuid(), lease_until: new Date(now.getTime() + LEASE_MS).toISOString() };
  if (last?.status === "running") return last.hour > until ? undefined : takeOver(ctx, last, now, hold);
  const next = (last?.hour ?? until - 1) + 1;
  const hour = Math.max(next, until - CATCH_UP_HOURS + 1);
  if (hour > next) ctx.log.error("hours skipped: missed for too long", { platform, from: timeOfHour(next).toISOString(), hours: hour - next });
  if (hour > until) return undefined;
  const begun = TrendEvaluation.create(ctx, { org_id, platform, hour, evaluated_at: timeOfHour(hour).toISOString(), ...hold });
  return { ...(await orUnderWay(begun, "already_exists")), ...hold };
};

const takeOver = async (
  ctx: OrgCtx,
  last: TrendEvaluation,
  now: Date,
  hold: { readonly run: string; readonly lease_until: string },
): Promise<RunningEvaluation> => {
  if (Date.parse(last.lease_until!) > now.getTime()) throw underWay();
  return { ...(await orUnderWay(TrendEvaluation.patch(ctx, last, hold, { version: last.version }), "stale")), ...hold };
};

const orUnderWay = async <T>(work: Promise<T>, code: string): Promise<T> => {
  try {
    return await work;
  } catch (error) {
    throw isDomainError(error, code) ? underWay() : error;
  }
};

const underWay = (): DomainError =>
  new DomainError("unavailable", "evaluation_under_way", "Another run evaluates these trends; this order is looked at again.", { retry_after: 60 });
