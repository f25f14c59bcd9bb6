import type { Resolver } from "../assembly/resolve.ts";
import type { MessageEngine } from "../engines/messages.ts";
import { nameOfArn } from "../place.ts";

export interface Queue {
  readonly name: string;
  readonly arn: string;
  readonly url: string;
  readonly visibility_s: number;
  /** The queue that takes what failed too often here. */
  readonly dead_letters?: string;
}

export interface QueueDepth {
  readonly ready: number;
  readonly delayed: number;
  readonly in_flight: number;
}

const settable = [
  "ContentBasedDeduplication",
  "DeduplicationScope",
  "DelaySeconds",
  "FifoQueue",
  "FifoThroughputLimit",
  "MaximumMessageSize",
  "MessageRetentionPeriod",
  "ReceiveMessageWaitTimeSeconds",
  "RedrivePolicy",
  "VisibilityTimeout",
] as const;

type FoundQueue = NonNullable<ReturnType<MessageEngine["messages"]["getQueueByName"]>>;
type QueueProperties = Readonly<Partial<Record<(typeof settable)[number], unknown>>>;

const attributesOf = (properties: QueueProperties): Record<string, string> =>
  Object.fromEntries(
    settable.flatMap((name) => {
      const value = properties[name];
      return value === undefined ? [] : [[name, typeof value === "object" ? JSON.stringify(value) : String(value)] as const];
    }),
  );

/** No other process reads these queues: what is in flight at the start was lost by the one before, and is due at once. */
const takeBack = (queue: FoundQueue): void => {
  for (const { receiptHandle } of queue.inspectMessages().inflight) queue.changeVisibility(receiptHandle, 0);
};

/** Makes the queues of the templates; a queue that exists keeps its messages and takes over changed attributes. */
export const provideQueues = ({ messages }: MessageEngine, resolver: Resolver): Queue[] =>
  resolver.ofType("AWS::SQS::Queue").map((resource) => {
    const { ref: url, attributes } = resolver.identity(resource);
    const [name, queueArn] = [attributes["QueueName"]!, attributes["Arn"]!];
    const properties = resolver.properties<QueueProperties & { readonly RedrivePolicy?: { readonly deadLetterTargetArn: string } }>(resource);
    const wanted = attributesOf(properties);
    const found = messages.getQueueByName(name);
    found?.setAttributes(wanted);
    if (found) takeBack(found);
    else messages.createQueue(name, url, queueArn, wanted);
    const dead_letters = properties.RedrivePolicy?.deadLetterTargetArn;
    return {
      name,
      arn: queueArn,
      url,
      visibility_s: Number(properties.VisibilityTimeout ?? 30),
      ...(dead_letters ? { dead_letters: nameOfArn(dead_letters) } : {}),
    };
  });

export const depthOf = ({ messages }: MessageEngine, name: string): QueueDepth => {
  const found = messages.inspectQueue(name)?.messages;
  return { ready: found?.ready.length ?? 0, delayed: found?.delayed.length ?? 0, in_flight: found?.inflight.length ?? 0 };
};
