import { SQSClient, type SQSClientConfig, SendMessageBatchCommand } from "@aws-sdk/client-sqs";
import { boundedCalls } from "../aws-client.ts";
import type { Boot } from "../boot.ts";
import { queueVariable } from "../lambda.ts";
import { type Pace, type Refusal, systemPace } from "./batches.ts";
import { type Commands, type Outgoing, type SendBatch, commandsOver } from "./commands.ts";

const overSqs =
  (client: SQSClient, queueUrl: (type: string) => string): SendBatch =>
  async (type, group) => {
    const reply = await client.send(
      new SendMessageBatchCommand({
        QueueUrl: queueUrl(type),
        Entries: group.map(({ value }, index) => ({ Id: String(index), MessageBody: value.body, DelaySeconds: value.delay_s })),
      }),
    );
    return (reply.Failed ?? []).map((failed): Refusal<Outgoing> => ({
      entry: group[Number(failed.Id)]!,
      reason: failed.Code ?? "unknown",
      permanent: failed.SenderFault ?? false,
    }));
  };

/** Commands over SQS. Each queue's URL is in the environment under `queueVariable(type)`. */
export const openCommands = (boot: Pick<Boot, "env">, config: SQSClientConfig = {}, pace: Pace = systemPace): Commands =>
  commandsOver(
    overSqs(new SQSClient({ ...boundedCalls, ...config }), (type) => boot.env(queueVariable(type))),
    pace,
  );
