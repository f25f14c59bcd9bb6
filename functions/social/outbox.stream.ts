import { outboxStream } from "../../shared/kernel/bus/deliver.ts";
import { openBus } from "../../shared/kernel/bus/event-bridge.ts";
import { jobOnLambda } from "../../shared/kernel/job-on-lambda.ts";
import { socialSystem } from "../../shared/social/table.ts";

export const outboxJob = outboxStream("social.outbox", socialSystem.Outbox, (boot) => openBus(boot));
export const handler = jobOnLambda(outboxJob);
