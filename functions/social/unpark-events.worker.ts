import { PostPublished } from "../../events/social/post-published.v1.ts";
import { UnparkEvents } from "../../events/social/unpark-events.v1.ts";
import { jobOnLambda } from "../../shared/kernel/job-on-lambda.ts";
import { when } from "../../shared/kernel/queue/message.ts";
import { openCommands } from "../../shared/kernel/queue/sqs.ts";
import { worker } from "../../shared/kernel/queue/worker.ts";
import { unparkEvents } from "../../shared/social/engagement/unpark-events.ts";

export const unparkEventsWorker = worker(
  UnparkEvents,
  { ports: { commands: (boot) => openCommands(boot) }, on: [when(PostPublished, ({ post_id }) => ({ post_id }))] },
  (ctx, order) => unparkEvents(ctx, order),
);
export const handler = jobOnLambda(unparkEventsWorker);
