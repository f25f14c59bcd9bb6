import { RefreshPost } from "../../events/social/refresh-post.v1.ts";
import { refreshPostWorker } from "../../functions/social/refresh-post.worker.ts";
import { DailyPlatformMetrics } from "../../shared/social/analytics/daily-platform-metrics.ts";
import { engagementRate } from "../../shared/social/analytics/engagement-rate.ts";
import { PostStanding } from "../../shared/social/analytics/post-standing.ts";
import { placesOf } from "../../shared/social/analytics/standing-writes.ts";
import { TopContent } from "../../shared/social/analytics/top-content.ts";
import { PostDay } from "../../shared/social/engagement/post-day.ts";
import type { Post } from "../../shared/social/post/post.ts";
import { PlatformName } from "../../shared/social/platform/social-platform.ts";
import { addDays, todayOf } from "../../shared/kernel/days.ts";
import { inParallel } from "../../shared/kernel/queue/parallel.ts";
import { every } from "../../shared/kernel/table/every.ts";
import type { SocialOrg, SocialWorld } from "./social.ts";

type Counters = Partial<Omit<PostDay, "org_id" | "post_id" | "day">>;

/** What one day counted of a post, as counting leaves it. */
export const counted = ({ ctx, org_id }: SocialOrg, { id: post_id }: Pick<Post, "id">, day: string, counters: Counters): Promise<PostDay[]> =>
  PostDay.putMany(ctx, [{ org_id, post_id, day, ...counters }]);

/** The order to refresh a post, delivered so many times at once; returns how many were reported as failed. */
export const refreshed = (world: Pick<SocialWorld, "deliver">, org: SocialOrg, post: Pick<Post, "id">, times = 1): Promise<number> =>
  world.deliver(
    refreshPostWorker,
    Array.from({ length: times }, () => org.message(RefreshPost, { post_id: post.id })),
  );

/** All places of one leaderboard, in order. */
export const placesOn = ({ ctx, org_id }: SocialOrg, time_period: TopContent["time_period"], scope: string): Promise<TopContent[]> =>
  Array.fromAsync(every((page) => TopContent.list(ctx, { org_id, time_period, scope }, { ...page, consistent: true })));

const FOLLOWERS = 1_000_000;

const numbers = (count: number): number[] => Array.from({ length: count }, (_, n) => n);
const slices = <T>(all: readonly T[], size: number): T[][] => numbers(Math.ceil(all.length / size)).map((at) => all.slice(at * size, (at + 1) * size));

/** What refreshing so many posts leaves of them in sums and on the leaderboards of 30 days, put as it is. Every network has some on each of the last `days`. */
export const stockPosts = async ({ ctx, org_id }: Pick<SocialOrg, "ctx" | "org_id">, count: number, days_back = 30): Promise<void> => {
  const today = todayOf(ctx);
  const platforms = PlatformName.options;
  const standings = numbers(count).map((n) => {
    const likes = (n * 7919) % FOLLOWERS;
    const published_on = addDays(today, -(Math.floor(n / platforms.length) % days_back));
    return PostStanding.draft(ctx, {
      org_id,
      post_id: ctx.ids.uuid(),
      platform: platforms[n % platforms.length]!,
      caption: `Post ${n}`,
      published_at: `${published_on}T08:00:00.000Z`,
      published_on,
      analysis_date: today,
      ...engagementRate({ likes, comments: 0, shares: 0 }, FOLLOWERS),
      total_engagement: likes,
      counted: true,
      boards_on: today,
      places_version: 1,
    });
  });
  const days = new Map<string, { posts_count: number; rated_posts: number; rate_sum: number; total_engagement: number }>();
  for (const { platform, published_on, rate_millionths, total_engagement } of standings) {
    const sum = days.get(`${platform} ${published_on}`) ?? { posts_count: 0, rated_posts: 0, rate_sum: 0, total_engagement: 0 };
    days.set(`${platform} ${published_on}`, {
      posts_count: sum.posts_count + 1,
      rated_posts: sum.rated_posts + 1,
      rate_sum: sum.rate_sum + rate_millionths,
      total_engagement: sum.total_engagement + total_engagement,
    });
  }
  await DailyPlatformMetrics.putMany(
    ctx,
    [...days].map(([key, sums]) => ({ org_id, platform: PlatformName.parse(key.split(" ")[0]), publish_date: key.split(" ")[1]!, ...sums })),
  );
  const places = standings.flatMap((standing) => [...placesOf(ctx, standing).values()]).filter(({ time_period }) => time_period === 30);
  await inParallel(slices(places, 250), 4, (some) => TopContent.putMany(ctx, some));
};
