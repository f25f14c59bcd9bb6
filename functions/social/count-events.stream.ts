import { derivingStream } from "../../shared/kernel/bus/derive.ts";
import type { Boot } from "../../shared/kernel/boot.ts";
import { jobOnLambda } from "../../shared/kernel/job-on-lambda.ts";
import { openCommands } from "../../shared/kernel/queue/sqs.ts";
import { countWrites, countedOf, refreshPosts } from "../../shared/social/engagement/count-events.ts";
import { socialCheckpoints } from "../../shared/social/table.ts";

export const countEventsJob = derivingStream("social.count-events", {
  ports: { commands: (boot: Boot) => openCommands(boot) },
  checkpoints: socialCheckpoints,
  read: countedOf,
  writes: countWrites,
  after: refreshPosts,
});
export const handler = jobOnLambda(countEventsJob);
