import { PostPublished } from "../../events/social/post-published.v1.ts";
import { RecordPostTopics } from "../../events/social/record-post-topics.v1.ts";
import { jobOnLambda } from "../../shared/kernel/job-on-lambda.ts";
import { when } from "../../shared/kernel/queue/message.ts";
import { openCommands } from "../../shared/kernel/queue/sqs.ts";
import { worker } from "../../shared/kernel/queue/worker.ts";
import { recordPostTopics } from "../../shared/social/trend/record-post-topics.ts";

export const recordPostTopicsWorker = worker(
  RecordPostTopics,
  { ports: { commands: (boot) => openCommands(boot) }, on: [when(PostPublished, ({ post_id }) => ({ post_id }))] },
  (ctx, { post_id }) => recordPostTopics(ctx, post_id),
);
export const handler = jobOnLambda(recordPostTopicsWorker);
