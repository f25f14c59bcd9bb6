import type { OrgCtx } from "../../kernel/context.ts";
import { addDays } from "../../kernel/days.ts";
import { inParallel } from "../../kernel/queue/parallel.ts";
import { every } from "../../kernel/table/every.ts";
import { realSleep } from "../../kernel/wait.ts";
import type { PlatformName } from "../platform/social-platform.ts";
import { Post } from "../post/post.ts";
import { DailyPlatformMetrics } from "./daily-platform-metrics.ts";
import { engagementRate } from "./engagement-rate.ts";
import type { MetricsDifference } from "./metrics-refresh.ts";
import { PostAnalytics } from "./post-analytics.ts";
import { PostStanding } from "./post-standing.ts";
import { placesOf } from "./standing-writes.ts";
import { TopContent } from "./top-content.ts";

const PARALLEL = 8;
/** A difference counts when it is still there after as many looks: a change may be half visible between two reads. */
const LOOKS = 3;
const PAUSE_MS = 150;
const consistent = { consistent: true } as const;
const FIRST_DAY = "2000-01-01";

const NOTHING = { posts_count: 0, rated_posts: 0, rate_sum: 0, total_engagement: 0 };
type Sums = typeof NOTHING;

const compare = (entity: string, subject: string, stored: object | undefined, computed: Readonly<Record<string, number>>) =>
  Object.keys(computed).flatMap((field): MetricsDifference[] => {
    const was = (stored as Readonly<Record<string, number>> | undefined)?.[field] ?? null;
    const is = computed[field]!;
    return was === is ? [] : [{ check: `${entity}.${field}`, subject, stored: was, computed: is }];
  });

/** What a post adds to its day by its latest row, and where its standing or its places say otherwise. Without a row it adds nothing. */
const checkPost = async (ctx: OrgCtx, { id: post_id }: Post): Promise<{ sums: Sums; differences: MetricsDifference[] }> => {
  const at = { org_id: ctx.org_id, post_id };
  const [standing, rows] = await Promise.all([PostStanding.find(ctx, at, consistent), PostAnalytics.list(ctx, at, { limit: 1, desc: true, ...consistent })]);
  const [row] = rows.items;
  if (!row) return { sums: NOTHING, differences: [] };
  const { likes_count: likes, comments_count: comments, shares_count: shares, followers_at_snapshot } = row;
  const { rate_defined, rate_millionths } = engagementRate({ likes, comments, shares }, followers_at_snapshot);
  const total_engagement = likes + comments + shares;
  const expected = [...placesOf(ctx, standing).values()];
  const places = (await TopContent.getMany(ctx, expected, consistent)).length;
  return {
    sums: { posts_count: 1, rated_posts: rate_defined ? 1 : 0, rate_sum: rate_millionths, total_engagement },
    differences: [
      ...compare("post_standing", post_id, standing, { rate_millionths, total_engagement }),
      ...compare("top_content", post_id, { places }, { places: expected.length }),
    ],
  };
};

const lookAt = async (ctx: OrgCtx, platform: PlatformName, day: string): Promise<{ posts: number; differences: MetricsDifference[] }> => {
  const { org_id } = ctx;
  const range = { from: { published_at: day }, to: { published_at: addDays(day, 1) } };
  const posts = await Array.fromAsync(every((page) => Post.query.byPlatform(ctx, { org_id, platform }, { ...page, ...range })));
  const checked = await inParallel(posts, PARALLEL, (post) => checkPost(ctx, post));
  const computed = checked.reduce<Sums>(
    (sum, { sums }) => ({
      posts_count: sum.posts_count + sums.posts_count,
      rated_posts: sum.rated_posts + sums.rated_posts,
      rate_sum: sum.rate_sum + sums.rate_sum,
      total_engagement: sum.total_engagement + sums.total_engagement,
    }),
    NOTHING,
  );
  const stored = await DailyPlatformMetrics.find(ctx, { org_id, platform, publish_date: day }, consistent);
  const differences = [...compare("daily_platform_metrics", `${platform} ${day}`, stored ?? NOTHING, computed), ...checked.flatMap((one) => one.differences)];
  return { posts: posts.length, differences };
};

/** Recomputes one network's day from the latest rows of its posts. Changes nothing. */
export const checkDay = async (ctx: OrgCtx, platform: PlatformName, day: string): Promise<{ posts: number; differences: MetricsDifference[] }> => {
  let found = await lookAt(ctx, platform, day);
  for (let look = 1; look < LOOKS && found.differences.length > 0; look++) {
    await realSleep(PAUSE_MS * look);
    found = await lookAt(ctx, platform, day);
  }
  return found;
};

/** The next day after another on which a network has posts or metrics. */
export const dayAfter = async (ctx: OrgCtx, platform: PlatformName, after: string | undefined): Promise<string | undefined> => {
  const { org_id } = ctx;
  const from = after === undefined ? FIRST_DAY : addDays(after, 1);
  const [posts, days] = await Promise.all([
    Post.query.byPlatform(ctx, { org_id, platform }, { from: { published_at: from }, limit: 1 }),
    DailyPlatformMetrics.list(ctx, { org_id, platform }, { from: { publish_date: from }, limit: 1, ...consistent }),
  ]);
  return [posts.items[0]?.published_at?.slice(0, 10), days.items[0]?.publish_date].filter((day) => day !== undefined).toSorted()[0];
};
