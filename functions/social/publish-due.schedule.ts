import { jobOnLambda } from "../../shared/kernel/job-on-lambda.ts";
import { openCommands } from "../../shared/kernel/queue/sqs.ts";
import { schedule } from "../../shared/kernel/schedule/schedule.ts";
import { orderDuePosts } from "../../shared/social/publishing/order-due-posts.ts";

/** Every minute. A minute that was missed leaves everything to the next one. */
export const publishDueJob = schedule("social.publish-due", { ports: { commands: (boot) => openCommands(boot) } }, (ctx, scheduled_at) =>
  orderDuePosts(ctx, scheduled_at),
);
export const handler = jobOnLambda(publishDueJob);
