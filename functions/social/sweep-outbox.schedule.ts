import { sweepOutbox } from "../../shared/kernel/bus/deliver.ts";
import { openBus } from "../../shared/kernel/bus/event-bridge.ts";
import { jobOnLambda } from "../../shared/kernel/job-on-lambda.ts";
import { schedule } from "../../shared/kernel/schedule/schedule.ts";
import { socialSystem } from "../../shared/social/table.ts";

export const sweepOutboxJob = schedule("social.sweep-outbox", { ports: { bus: (boot) => openBus(boot) } }, (ctx) => sweepOutbox(ctx, socialSystem.Outbox));
export const handler = jobOnLambda(sweepOutboxJob);
