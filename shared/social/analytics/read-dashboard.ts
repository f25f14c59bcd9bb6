import * as z from "zod";
import type { OrgCtx } from "../../kernel/context.ts";
import { addDays, todayOf } from "../../kernel/days.ts";
import { date } from "../../kernel/fields.ts";
import { PlatformName } from "../platform/social-platform.ts";
import { DASHBOARD_PERIOD, ofPlatform } from "./boards.ts";
import { ConversionRates, readConversionRates } from "../conversion-rate/read-conversion-rates.ts";
import { DailyMetricsView, DailyPlatformMetrics, presentDailyMetrics } from "./daily-platform-metrics.ts";
import { GROWTH_SPAN, Growth, GrowthWindows, growthBetween, growthWindows } from "./engagement-growth.ts";
import { TopContentRow, readBoard } from "./read-top-content.ts";

const DAYS = 30;
const BEST = 5;

export const Dashboard = z.object({
  from: date,
  to: date,
  growth_windows: GrowthWindows,
  /** Of all networks together. */
  growth: Growth,
  /** Null until a night has counted. */
  conversion: ConversionRates.nullable(),
  platforms: z.array(
    z.object({
      platform: PlatformName,
      /** Days of the last 30, today included, on which posts were published, the earliest first. */
      days: z.array(DailyMetricsView),
      /** The five best posts of the last 30 days. */
      top_content: z.array(TopContentRow),
      growth: Growth,
    }),
  ),
});
export type Dashboard = z.output<typeof Dashboard>;

/**
 * Two Queries a network, and one for the conversion rate. Each reads what the dashboard is made of, 180 days and five
 * posts at most, whatever else the org holds. README, Dashboard.
 */
export const readDashboard = async (ctx: OrgCtx): Promise<Dashboard> => {
  const to = todayOf(ctx);
  const from = addDays(to, 1 - DAYS);
  const windows = growthWindows(to);
  const range = { from: { publish_date: windows.previous.from }, to: { publish_date: to } };
  const ofOne = async (platform: PlatformName) => {
    const [{ items }, top_content] = await Promise.all([
      DailyPlatformMetrics.list(ctx, { org_id: ctx.org_id, platform }, { ...range, limit: GROWTH_SPAN }),
      readBoard(ctx, { time_period: DASHBOARD_PERIOD, scope: ofPlatform(platform) }, BEST),
    ]);
    const days = items.filter(({ publish_date }) => publish_date >= from).map(presentDailyMetrics);
    return { items, shown: { platform, days, top_content, growth: growthBetween(items, windows) } };
  };
  const [conversion, platforms] = await Promise.all([readConversionRates(ctx), Promise.all(PlatformName.options.map(ofOne))]);
  const growth = growthBetween(
    platforms.flatMap(({ items }) => items),
    windows,
  );
  return { from, to, growth_windows: windows, growth, conversion, platforms: platforms.map(({ shown }) => shown) };
};
