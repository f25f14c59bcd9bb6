import type { DataOf } from "../../../events/envelope.ts";
import { EvaluateTrends } from "../../../events/social/evaluate-trends.v1.ts";
import { uuidOf } from "../../kernel/ids.ts";
import type { OrgJobCtx } from "../../kernel/job.ts";
import type { Commands } from "../../kernel/queue/commands.ts";
import { beginEvaluation } from "./begin-evaluation.ts";
import { hourOf } from "./coverage.ts";
import { evaluateHour } from "./evaluate-hour.ts";
import { TrendEvaluation } from "./trend-evaluation.ts";
import { TrendPlatform } from "./topic.ts";

type EvaluateCtx = OrgJobCtx & { readonly commands: Commands };

/** An hour is not begun with less time than this. */
const LEAST_MS = 60_000;

/**
 * Evaluates the trends of one network up to an hour: every hour since the last one that was, in their order, so that
 * orders may come late, twice and out of order. Without a network it orders one evaluation for each. When time runs out
 * the rest is ordered again. Throws DomainError unavailable `evaluation_under_way`, and conflict `concurrent_change` when
 * another run has taken over. README, Trends.
 */
export const evaluateTrends = async (ctx: EvaluateCtx, order: DataOf<typeof EvaluateTrends>): Promise<void> => {
  if (order.platform === undefined) return orderEach(ctx, order.hour);
  const platform = TrendPlatform.parse(order.platform);
  const until = hourOf(new Date(`${order.hour}:00:00.000Z`));
  for (;;) {
    if (ctx.remaining_ms() < LEAST_MS) return ctx.commands.send(ctx, EvaluateTrends, ctx.org_id, [order]);
    const evaluation = await beginEvaluation(ctx, platform, until);
    if (!evaluation) return;
    const seen = await evaluateHour(ctx, evaluation);
    await TrendEvaluation.patch(ctx, evaluation, { ...seen, status: "completed", run: null, lease_until: null }, { version: evaluation.version });
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
