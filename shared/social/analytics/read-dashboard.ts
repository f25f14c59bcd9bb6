import * as z from "zod";
import type { OrgCtx } from "../../kernel/context.ts";
import { addDays, todayOf } from "../../kernel/days.ts";
import { date } from "../../kernel/fields.ts";
import { PlatformName } from "../platform/social-platform.ts";
import { DASHBOARD_PERIOD, ofPlatform } from "./boards.ts";
import { DailyMetricsView } from "./daily-platform-metrics.ts";
import { listDailyMetrics } from "./read-daily-metrics.ts";
import { TopContentRow, readBoard } from "./read-top-content.ts";

const DAYS = 30;
const BEST = 5;

export const Dashboard = z.object({
  from: date,
  to: date,
  platforms: z.array(
    z.object({
      platform: PlatformName,
      /** Days of the last 30, today included, on which posts were published, the earliest first. */
      days: z.array(DailyMetricsView),
      /** The five best posts of the last 30 days. */
      top_content: z.array(TopContentRow),
    }),
  ),
});
export type Dashboard = z.output<typeof Dashboard>;

/** Two Queries a network, each reading what it returns, whatever else the org holds. README, Dashboard. */
export const readDashboard = async (ctx: OrgCtx): Promise<Dashboard> => {
  const to = todayOf(ctx);
  const from = addDays(to, 1 - DAYS);
  const ofOne = async (platform: PlatformName) => {
    const [days, top_content] = await Promise.all([
      listDailyMetrics(ctx, { platform, from, to }, { limit: DAYS }),
      readBoard(ctx, { time_period: DASHBOARD_PERIOD, scope: ofPlatform(platform) }, BEST),
    ]);
    return { platform, days: days.items, top_content };
  };
  return { from, to, platforms: await Promise.all(PlatformName.options.map(ofOne)) };
};
