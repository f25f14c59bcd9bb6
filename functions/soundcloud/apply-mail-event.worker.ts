import { ApplyMailEvent } from "../../events/soundcloud/apply-mail-event.v1.ts";
import { MailEventReceived } from "../../events/soundcloud/mail-event-received.v1.ts";
import { jobOnLambda } from "../../shared/kernel/job-on-lambda.ts";
import { when } from "../../shared/kernel/queue/message.ts";
import { worker } from "../../shared/kernel/queue/worker.ts";
import { applyMailEvent } from "../../shared/soundcloud/mail/apply-mail-event.ts";

export const applyMailEventWorker = worker(ApplyMailEvent, { ports: {}, on: [when(MailEventReceived, (told) => told)] }, (ctx, told) =>
  applyMailEvent(ctx, told),
);
export const handler = jobOnLambda(applyMailEventWorker);
