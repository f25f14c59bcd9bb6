import { CountEngagedUsers } from "../../events/social/count-engaged-users.v1.ts";
import { jobOnLambda } from "../../shared/kernel/job-on-lambda.ts";
import { openCommands } from "../../shared/kernel/queue/sqs.ts";
import { worker } from "../../shared/kernel/queue/worker.ts";
import { countEngagedUsers } from "../../shared/social/conversion-rate/count-engaged-users.ts";

/** One record at a time: an org's persons are held in memory. */
export const countEngagedUsersWorker = worker(CountEngagedUsers, { ports: { commands: (boot) => openCommands(boot) }, parallel: 1 }, (ctx, order) =>
  countEngagedUsers(ctx, order),
);
export const handler = jobOnLambda(countEngagedUsersWorker);
