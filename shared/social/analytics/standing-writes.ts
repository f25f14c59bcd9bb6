import type { OrgCtx } from "../../kernel/context.ts";
import { type Write, stillMissing } from "../../kernel/table/table.ts";
import { type Board, boardsOf, placeOf } from "./boards.ts";
import { DailyPlatformMetrics } from "./daily-platform-metrics.ts";
import type { PostStanding } from "./post-standing.ts";
import { TopContent } from "./top-content.ts";

/** What a standing adds to its day's metrics. */
const contribution = (standing: PostStanding | undefined) => {
  if (!standing?.counted) return { posts_count: 0, rated_posts: 0, rate_sum: 0, total_engagement: 0 };
  const { rate_defined, rate_millionths, total_engagement } = standing;
  return { posts_count: 1, rated_posts: rate_defined ? 1 : 0, rate_sum: rate_defined ? rate_millionths : 0, total_engagement };
};

/** The day's metrics, from what they held of a post to what they are to hold. */
const dayWrites = async (ctx: OrgCtx, before: PostStanding | undefined, after: PostStanding): Promise<Write[]> => {
  const [was, is] = [contribution(before), contribution(after)];
  const change = {
    posts_count: is.posts_count - was.posts_count,
    rated_posts: is.rated_posts - was.rated_posts,
    rate_sum: is.rate_sum - was.rate_sum,
    total_engagement: is.total_engagement - was.total_engagement,
  };
  if (Object.values(change).every((by) => by === 0)) return [];
  const day = { org_id: ctx.org_id, platform: after.platform, publish_date: after.published_on };
  // A day is made once and never deleted.
  if (await DailyPlatformMetrics.find(ctx, day, { consistent: true })) return DailyPlatformMetrics.writes.increment(ctx, day, change);
  return stillMissing(DailyPlatformMetrics.writes.create(ctx, { ...day, ...is }));
};

/** The places that a standing has, by leaderboard, as they are stored. */
export const placesOf = (ctx: OrgCtx, standing: PostStanding | undefined): ReadonlyMap<string, TopContent> => {
  if (!standing?.counted) return new Map();
  const { post_id, platform, caption, published_at, published_on, engagement_rate, rate_defined, total_engagement, conversion_count, account_id, template_id } =
    standing;
  const place = placeOf(standing);
  const shown = { post_id, platform, caption, published_at, published_on, engagement_rate, rate_defined, total_engagement };
  const placeOn = (board: Board): TopContent => ({
    ...TopContent.draft(ctx, {
      ...shown,
      ...(conversion_count === undefined ? {} : { conversion_count }),
      ...(account_id === undefined ? {} : { account_id }),
      ...(template_id === undefined ? {} : { template_id }),
      org_id: ctx.org_id,
      ...board,
      place,
    }),
    version: standing.places_version,
  });
  return new Map(boardsOf(standing, standing.boards_on).map((board) => [`${board.time_period} ${board.scope}`, placeOn(board)]));
};

/** Whether all places move: their keys say where a post stands. */
export const movesPlaces = (before: PostStanding, after: Pick<PostStanding, "rate_millionths" | "total_engagement">): boolean =>
  placeOf(before) !== placeOf(after);

const boardWrites = (ctx: OrgCtx, before: PostStanding | undefined, after: PostStanding): Write[] => {
  const [were, are] = [placesOf(ctx, before), placesOf(ctx, after)];
  return [...new Set([...were.keys(), ...are.keys()])].flatMap((board) => {
    const [was, is] = [were.get(board), are.get(board)];
    if (was && is && was.place === is.place) {
      if (was.version === is.version) return [];
      const { engagement_rate, rate_defined, conversion_count = null, account_id = null, template_id = null } = is;
      return TopContent.writes.patch(ctx, was, { engagement_rate, rate_defined, conversion_count, account_id, template_id });
    }
    return [...(was ? TopContent.writes.delete(ctx, was) : []), ...(is ? TopContent.writes.put(ctx, is) : [])];
  });
};

/** All that follows in sums and on leaderboards when a post's standing changes: at most 1 and 30 writes. README, Daily metrics. */
export const followingWrites = async (ctx: OrgCtx, before: PostStanding | undefined, after: PostStanding): Promise<Write[]> => [
  ...(await dayWrites(ctx, before, after)),
  ...boardWrites(ctx, before, after),
];
