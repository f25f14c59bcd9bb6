import type { DataOf } from "../../../events/envelope.ts";
import { EvaluateTrends } from "../../../events/social/evaluate-trends.v1.ts";
import { isDomainError } from "../../kernel/errors.ts";
import { uuidOf } from "../../kernel/ids.ts";
import type { OrgJobCtx } from "../../kernel/job.ts";
import type { Commands } from "../../kernel/queue/commands.ts";
import { type Hour, hourOf, timeOfHour } from "./coverage.ts";
import { evaluateHour } from "./evaluate-hour.ts";
import { TrendEvaluation } from "./trend-evaluation.ts";
import { TrendPlatform } from "./topic.ts";

type EvaluateCtx = OrgJobCtx & { readonly commands: Commands };

/** Missed hours that are made up for, the newest ones. */
const CATCH_UP_HOURS = 48;
/** An hour is not begun with less time than this. */
const HOUR_MS = 60_000;

/**
 * Evaluates the trends of one network up to an hour: every hour since the last one that was, in their order, so that
 * orders may come late, twice and out of order. Without a network it orders one evaluation for each. When time runs out
 * the rest is ordered again. README, Trends.
 */
export const evaluateTrends = async (ctx: EvaluateCtx, order: DataOf<typeof EvaluateTrends>): Promise<void> => {
  if (order.platform === undefined) return orderEach(ctx, order.hour);
  const platform = TrendPlatform.parse(order.platform);
  const until = hourOf(new Date(`${order.hour}:00:00.000Z`));
  for (let hour = await nextHour(ctx, platform, until); hour <= until; hour++) {
    if (ctx.remaining_ms() < HOUR_MS) return ctx.commands.send(ctx, EvaluateTrends, ctx.org_id, [order]);
    const evaluation = await evaluateHour(ctx, platform, hour);
    await note(ctx, { org_id: ctx.org_id, platform, hour, evaluated_at: timeOfHour(hour).toISOString(), ...evaluation });
  }
};

const orderEach = (ctx: EvaluateCtx, hour: string): Promise<void> => {
  const { org_id } = ctx;
  const orders = TrendPlatform.options.map((platform) => ({
    org_id,
    id: uuidOf(`${EvaluateTrends.type}/${hour}/${platform}/${org_id}`),
    data: { hour, platform },
  }));
  return ctx.commands.sendEach(ctx, EvaluateTrends, orders);
};

const nextHour = async (ctx: EvaluateCtx, platform: TrendPlatform, until: Hour): Promise<Hour> => {
  const { items } = await TrendEvaluation.list(ctx, { org_id: ctx.org_id, platform }, { desc: true, limit: 1, consistent: true });
  const next = (items[0]?.hour ?? until - 1) + 1;
  const first = Math.max(next, until - CATCH_UP_HOURS + 1);
  if (first > next) ctx.log.error("hours skipped: missed for too long", { platform, from: timeOfHour(next).toISOString(), hours: first - next });
  return first;
};

/** Another delivery may have come to the same end. */
const note = async (ctx: EvaluateCtx, evaluation: Parameters<typeof TrendEvaluation.create>[1]): Promise<void> => {
  try {
    await TrendEvaluation.create(ctx, evaluation);
  } catch (error) {
    if (!isDomainError(error, "already_exists")) throw error;
  }
};
