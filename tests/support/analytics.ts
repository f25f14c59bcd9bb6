import { RefreshPost } from "../../events/social/refresh-post.v1.ts";
import { refreshPostWorker } from "../../functions/social/refresh-post.worker.ts";
import { TopContent } from "../../shared/social/analytics/top-content.ts";
import { PostDay } from "../../shared/social/engagement/post-day.ts";
import type { Post } from "../../shared/social/post/post.ts";
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
