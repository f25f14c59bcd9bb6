import { SendDigest } from "../../events/soundcloud/send-digest.v1.ts";
import { jobOnLambda } from "../../shared/kernel/job-on-lambda.ts";
import { openCommands } from "../../shared/kernel/queue/sqs.ts";
import { worker } from "../../shared/kernel/queue/worker.ts";
import { sendDigest } from "../../shared/soundcloud/mail/send-digest.ts";

export const sendDigestWorker = worker(SendDigest, { ports: { commands: (boot) => openCommands(boot) } }, (ctx, order) => sendDigest(ctx, order));
export const handler = jobOnLambda(sendDigestWorker);
