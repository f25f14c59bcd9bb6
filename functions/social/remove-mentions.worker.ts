import { RemoveMentions } from "../../events/social/remove-mentions.v1.ts";
import { jobOnLambda } from "../../shared/kernel/job-on-lambda.ts";
import { openCommands } from "../../shared/kernel/queue/sqs.ts";
import { worker } from "../../shared/kernel/queue/worker.ts";
import { removeMentions } from "../../shared/social/trend/remove-mentions.ts";

export const removeMentionsWorker = worker(RemoveMentions, { ports: { commands: (boot) => openCommands(boot) } }, (ctx, removal) =>
  removeMentions(ctx, removal),
);
export const handler = jobOnLambda(removeMentionsWorker);
