import {
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  type Message,
  type MessageAttributeValue,
  ReceiveMessageCommand,
} from "@aws-sdk/client-sqs";
import { setTimeout as delay } from "node:timers/promises";
import { matches, type Pattern } from "../bus/pattern.ts";
import type { LambdaFunction } from "../lambda/lambda-function.ts";
import { REGION } from "../place.ts";
import { type Queue, depthOf } from "../provision/queues.ts";
import { messageOf } from "../refusal.ts";
import { makeGate, pause } from "./gate.ts";
import type { Mapping, MappingSurroundings } from "./mappings.ts";

export interface QueueMappingSettings extends MappingSurroundings {
  readonly queue: Queue;
  readonly lambda: LambdaFunction;
  readonly batch_size: number;
  readonly max_concurrency: number;
  readonly window_ms: number;
  readonly reports_failures: boolean;
  readonly patterns: readonly Pattern[] | undefined;
}

const RECEIVE_LIMIT = 10;
const WAIT_S = 20;
const RETRY_MS = 200;
const LOOK_MS = 20;

const attributeOf = ({ StringValue, BinaryValue, DataType }: MessageAttributeValue): object => ({
  ...(StringValue === undefined ? {} : { stringValue: StringValue }),
  ...(BinaryValue === undefined ? {} : { binaryValue: Buffer.from(BinaryValue).toString("base64") }),
  stringListValues: [],
  binaryListValues: [],
  dataType: DataType,
});

const recordOf = (message: Message, queue: Queue): object => ({
  messageId: message.MessageId,
  receiptHandle: message.ReceiptHandle,
  body: message.Body,
  attributes: message.Attributes ?? {},
  messageAttributes: Object.fromEntries(Object.entries(message.MessageAttributes ?? {}).map(([name, value]) => [name, attributeOf(value)])),
  md5OfBody: message.MD5OfBody,
  eventSource: "aws:sqs",
  eventSourceARN: queue.arn,
  awsRegion: REGION,
});

/** A filter sees the body as JSON when it is JSON. */
const filterView = (message: Message): object => {
  try {
    return { ...message, body: JSON.parse(message.Body ?? "") as unknown };
  } catch {
    return { ...message, body: message.Body };
  }
};

interface BatchReply {
  readonly batchItemFailures?: readonly { readonly itemIdentifier?: string }[];
}

/** The messages that a partial batch response names. One that names an unknown or empty id fails the whole batch. */
const failedOf = (messages: readonly Message[], reply: BatchReply | null): readonly Message[] => {
  const named = reply?.batchItemFailures ?? [];
  const failed = named.map(({ itemIdentifier }) => messages.find(({ MessageId }) => MessageId === itemIdentifier));
  return failed.includes(undefined) ? messages : (failed as Message[]);
};

/**
 * Feeds a function from a queue: batches within the window, so many invocations at once as the template allows. What
 * succeeded is deleted. What failed comes back after `redelivery_s`, or the queue's visibility timeout if that is
 * shorter, and goes to the dead-letter queue when it has come too often. (On AWS it waits for the whole timeout.)
 */
export const queueMapping = (settings: QueueMappingSettings): Mapping => {
  const { queue, lambda, sqs, engine, activity, log, batch_size, window_ms, patterns } = settings;
  const stopping = new AbortController();
  const gate = makeGate(settings.max_concurrency);
  const redelivery_s = Math.min(queue.visibility_s, settings.redelivery_s);
  let polling: Promise<void> = Promise.resolve();

  const receive = async (most: number, wait_ms: number): Promise<Message[]> => {
    const command = new ReceiveMessageCommand({
      QueueUrl: queue.url,
      MaxNumberOfMessages: Math.min(most, RECEIVE_LIMIT),
      WaitTimeSeconds: Math.min(WAIT_S, Math.ceil(wait_ms / 1000)),
      MessageSystemAttributeNames: ["All"],
      MessageAttributeNames: ["All"],
    });
    return (await sqs.send(command, { abortSignal: stopping.signal })).Messages ?? [];
  };

  const collect = async (): Promise<Message[]> => {
    const batch = await receive(batch_size, WAIT_S * 1000);
    const until = Date.now() + window_ms;
    while (batch.length > 0 && batch.length < batch_size && Date.now() < until && !stopping.signal.aborted) {
      const more = await receive(batch_size - batch.length, 0).catch(() => []);
      batch.push(...more);
      if (more.length === 0) await pause(Math.min(LOOK_MS, Math.max(0, until - Date.now())), stopping.signal);
    }
    return batch;
  };

  const remove = async (messages: readonly Message[]): Promise<void> => {
    for (let from = 0; from < messages.length; from += RECEIVE_LIMIT) {
      const Entries = messages.slice(from, from + RECEIVE_LIMIT).map(({ ReceiptHandle }, at) => ({ Id: String(at), ReceiptHandle: ReceiptHandle! }));
      await sqs.send(new DeleteMessageBatchCommand({ QueueUrl: queue.url, Entries }));
    }
  };

  const giveBack = (messages: readonly Message[]): Promise<unknown> =>
    Promise.all(
      messages.map(({ ReceiptHandle }) =>
        sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl: queue.url, ReceiptHandle, VisibilityTimeout: redelivery_s })),
      ),
    );

  const invoke = async (messages: readonly Message[]): Promise<readonly Message[]> => {
    try {
      const reply = await lambda.invoke({ Records: messages.map((message) => recordOf(message, queue)) });
      return settings.reports_failures ? failedOf(messages, reply as BatchReply | null) : [];
    } catch {
      return messages;
    }
  };

  const handle = async (received: readonly Message[]): Promise<void> => {
    const wanted = patterns ? received.filter((message) => patterns.some((pattern) => matches(pattern, filterView(message)))) : received;
    const failed = wanted.length > 0 ? await invoke(wanted) : [];
    await remove(received.filter((message) => !failed.includes(message)));
    await giveBack(failed);
  };

  const turn = async (): Promise<void> => {
    await gate.enter();
    const batch = await collect().catch(async (error: unknown) => {
      if (!stopping.signal.aborted) log.warn(`The queue ${queue.name} could not be read: ${messageOf(error)}`);
      await pause(RETRY_MS, stopping.signal);
      return [];
    });
    if (batch.length === 0) return gate.leave();
    const work = activity.follow(handle(batch)).catch((error: unknown) => log.error(`${queue.name}: ${messageOf(error)}`));
    void work.then(gate.leave);
  };

  const poll = async (): Promise<void> => {
    while (!stopping.signal.aborted) await turn();
    await gate.empty();
  };

  const caughtUp = async (): Promise<void> => {
    const empty = (): boolean => Object.values(depthOf(engine, queue.name)).every((count) => count === 0);
    while (!empty() && !stopping.signal.aborted) await delay(LOOK_MS);
  };

  return {
    source: queue.name,
    caughtUp,
    start: () => void (polling = poll()),
    stop: async () => {
      stopping.abort();
      await polling;
    },
  };
};
