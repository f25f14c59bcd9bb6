import { ApplyPlannerEvent } from "../../events/soundcloud/apply-planner-event.v1.ts";
import { PlannerEventReceived } from "../../events/soundcloud/planner-event-received.v1.ts";
import { jobOnLambda } from "../../shared/kernel/job-on-lambda.ts";
import { when } from "../../shared/kernel/queue/message.ts";
import { openCommands } from "../../shared/kernel/queue/sqs.ts";
import { worker } from "../../shared/kernel/queue/worker.ts";
import { applyPlannerEvent } from "../../shared/soundcloud/planner/apply-planner-event.ts";

export const applyPlannerEventWorker = worker(
  ApplyPlannerEvent,
  { ports: { commands: openCommands }, on: [when(PlannerEventReceived, ({ event_id }) => ({ event_id }))] },
  (ctx, { event_id }) => applyPlannerEvent(ctx, event_id),
);
export const handler = jobOnLambda(applyPlannerEventWorker);
