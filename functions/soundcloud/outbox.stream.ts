import { outboxStream } from "../../shared/kernel/bus/deliver.ts";
import { openBus } from "../../shared/kernel/bus/event-bridge.ts";
import { jobOnLambda } from "../../shared/kernel/job-on-lambda.ts";
import { soundcloudSystem } from "../../shared/soundcloud/table.ts";

export const outboxJob = outboxStream("soundcloud.outbox", soundcloudSystem.Outbox, (boot) => openBus(boot));
export const handler = jobOnLambda(outboxJob);
