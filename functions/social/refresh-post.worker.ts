import { InsightRecorded } from "../../events/social/insight-recorded.v1.ts";
import { PostDeleted } from "../../events/social/post-deleted.v1.ts";
import { PostEarned } from "../../events/social/post-earned.v1.ts";
import { PostPublished } from "../../events/social/post-published.v1.ts";
import { RefreshPost } from "../../events/social/refresh-post.v1.ts";
import { jobOnLambda } from "../../shared/kernel/job-on-lambda.ts";
import { when } from "../../shared/kernel/queue/message.ts";
import { worker } from "../../shared/kernel/queue/worker.ts";
import { refreshPost } from "../../shared/social/analytics/refresh-post.ts";

export const refreshPostWorker = worker(
  RefreshPost,
  {
    ports: {},
    on: [
      when(PostPublished, ({ post_id }) => ({ post_id })),
      when(PostDeleted, ({ post_id }) => ({ post_id })),
      when(InsightRecorded, ({ post_id }) => ({ post_id })),
      when(PostEarned, ({ post_id }) => ({ post_id })),
    ],
  },
  (ctx, order) => refreshPost(ctx, order),
);
export const handler = jobOnLambda(refreshPostWorker);
