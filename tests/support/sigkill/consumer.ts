import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { SQSEvent } from "aws-lambda";
import { GrantCredits } from "../../../events/soundcloud/grant-credits.v1.ts";
import { grantCreditsWorker } from "../../../functions/soundcloud/grant-credits.worker.ts";
import { systemClock } from "../../../shared/kernel/clock.ts";
import { systemIds } from "../../../shared/kernel/ids.ts";
import { queueVariable } from "../../../shared/kernel/lambda.ts";
import { openCommands } from "../../../shared/kernel/queue/sqs.ts";
import { openDatabase } from "../../../shared/kernel/table/sdk.ts";
import type { Place } from "./herd.ts";

// A process of its own that takes orders from a queue as a function does, until it is killed.

const { dynamo, sqs, queue_url, table } = JSON.parse(process.argv[2]!) as Place;
const local = { region: "local", credentials: { accessKeyId: "local", secretAccessKey: "local" } };
const silent = (): void => undefined;
const env = (name: string): string => {
  if (name !== queueVariable(GrantCredits.type)) throw new Error(`${name} is not needed here.`);
  return queue_url;
};
const client = new SQSClient({ ...local, endpoint: sqs });
const boot = {
  db: openDatabase({ tables: { soundcloud: table }, client: { ...local, endpoint: dynamo } }),
  clock: systemClock,
  ids: systemIds,
  log: { debug: silent, info: silent, warn: silent, error: silent },
  env,
};
const handle = grantCreditsWorker.serve({ ...boot, ports: { commands: openCommands(boot, { ...local, endpoint: sqs }) } });

// Nobody is left to kill it.
process.on("disconnect", () => process.exit(1));
for (;;) {
  const { Messages = [] } = await client.send(
    new ReceiveMessageCommand({ QueueUrl: queue_url, MaxNumberOfMessages: 10, WaitTimeSeconds: 1, MessageSystemAttributeNames: ["ApproximateReceiveCount"] }),
  );
  if (Messages.length === 0) continue;
  process.send?.("began");
  const Records = Messages.map(({ MessageId, Body, Attributes }) => ({ messageId: MessageId, body: Body, attributes: Attributes }));
  const { batchItemFailures } = await handle({ Records } as unknown as SQSEvent, { getRemainingTimeInMillis: () => 60_000 });
  const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
  for (const { MessageId, ReceiptHandle } of Messages)
    if (!failed.has(MessageId!)) await client.send(new DeleteMessageCommand({ QueueUrl: queue_url, ReceiptHandle }));
}
