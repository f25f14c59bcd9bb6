import * as z from "zod";
import type { OrgCtx } from "../../kernel/context.ts";
import { date } from "../../kernel/fields.ts";
import type { PageOf, PageRequest } from "../../kernel/http/route.ts";
import { PlatformName } from "../platform/social-platform.ts";
import { DailyPlatformMetrics, type DailyMetricsView, presentDailyMetrics } from "./daily-platform-metrics.ts";

export const DailyMetricsFilter = z.strictObject({
  platform: PlatformName,
  from: date.optional(),
  /** Nothing is found when it is before `from`. */
  to: date.optional(),
});
export type DailyMetricsFilter = z.output<typeof DailyMetricsFilter>;

/** The days of a network on which posts were published, the earliest first; both bounds belong to the range. */
export const listDailyMetrics = async (ctx: OrgCtx, { platform, from, to }: DailyMetricsFilter, page: PageRequest): Promise<PageOf<DailyMetricsView>> => {
  const range = { ...(from === undefined ? {} : { from: { publish_date: from } }), ...(to === undefined ? {} : { to: { publish_date: to } }) };
  const found = await DailyPlatformMetrics.list(ctx, { org_id: ctx.org_id, platform }, { ...page, ...range });
  return { ...found, items: found.items.map(presentDailyMetrics) };
};
