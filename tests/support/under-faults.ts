import { S3Client } from "@aws-sdk/client-s3";
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  SQSClient,
  SendMessageCommand,
} from "@aws-sdk/client-sqs";
import type { SQSEvent } from "aws-lambda";
import { startMessages } from "../../infra/local/engines/messages.ts";
import { boundedCalls, boundedRetries } from "../../shared/kernel/aws-client.ts";
import type { Clock, Ids } from "../../shared/kernel/context.ts";
import type { Archive } from "../../shared/kernel/files/archive.ts";
import type { Files } from "../../shared/kernel/files/files.ts";
import { openArchive } from "../../shared/kernel/files/s3-archive.ts";
import { openFiles } from "../../shared/kernel/files/s3.ts";
import type { Job, JobRuntime } from "../../shared/kernel/job.ts";
import { queueVariable } from "../../shared/kernel/lambda.ts";
import type { Commands } from "../../shared/kernel/queue/commands.ts";
import { openCommands } from "../../shared/kernel/queue/sqs.ts";
import type { Worker } from "../../shared/kernel/queue/worker.ts";
import type { ScheduleEvent } from "../../shared/kernel/schedule/schedule.ts";
import { type TestClock, testIds } from "./dynamo.ts";
import type { FaultGate } from "./faults/gate.ts";
import type { Fetch } from "./faults/http.ts";
import { randomOf } from "./faults/random.ts";
import { type Wrap, intercept } from "./faults/wire.ts";
import { serveRecorded } from "./recorder/served.ts";

const BUCKETS = ["uploads", "archive"] as const;
/** Those that are handed out, and those that were and come again at once. */
const MESSAGES = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"] as const;
const MOST_ROUNDS = 400;
const HIDDEN_MS = 30_000;
const LONG_MS = 300_000;
/** Of the deliveries, those that come when the function's time is nearly over. */
const SHORT = 0.3;

/** One process of a function: what it has of its own, all of it under the gate, and a clock that may stand wrong. */
export interface Process {
  /** Stands still but for its own sleeping. */
  readonly clock: Clock;
  readonly ids: Ids;
  readonly fetch: Fetch;
  readonly sleep: (ms: number) => Promise<void>;
  readonly commands: Commands;
  readonly files: Files;
  readonly archive: Archive;
}

/** What jobs run on: a world of `worldOf`. */
interface World {
  readonly clock: TestClock;
  readonly boot: JobRuntime;
  readonly ports: Readonly<Record<string, unknown>>;
}

export interface Play {
  readonly gate: FaultGate;
  readonly seed: number;
  /** The functions whose queues there are. */
  readonly workers: readonly Worker[];
  /** What a delivery has left whose time is nearly over. */
  readonly short_ms?: number;
  /** Ports that a process opens beside its queues and buckets. */
  readonly ports?: (process: Process) => Readonly<Record<string, unknown>>;
}

/** Waiting in a queue costs no time here: what was to be held back comes at once. */
const withoutDelay: Wrap = (handler) =>
  intercept(handler, ({ operation, body, forward }) =>
    operation === "SendMessageBatch"
      ? forward({ ...body, Entries: body.Entries.map(({ DelaySeconds: _, ...entry }: Record<string, unknown>) => entry) })
      : forward(),
  );

/**
 * Real queues and buckets with a gate above them, and functions that run as Lambda runs them: each delivery in a process
 * of its own, schedules repeated when they fail, messages handed out until they are deleted. `stop` ends it.
 */
export const underFaults = async ({ gate, seed, workers, short_ms = LONG_MS, ports: opened = () => ({}) }: Play) => {
  const engine = await startMessages();
  for (const bucket of BUCKETS) engine.files.createBucket(bucket);
  const random = randomOf(seed);
  const place = { endpoint: engine.endpoint, region: "us-east-1", credentials: { accessKeyId: "local", secretAccessKey: "local" } };
  const plain = new SQSClient(place);
  const plainS3 = { ...place, forcePathStyle: true };
  const sqs = gate.sqs(withoutDelay(new SQSClient({ ...boundedCalls, ...place }).config.requestHandler));
  const s3 = gate.s3(new S3Client({ ...boundedCalls, ...place }).config.requestHandler);
  /** As the product's clients, but for the length of their waits. */
  const below = (requestHandler: typeof sqs) => ({ ...plainS3, requestHandler, retryStrategy: boundedRetries(undefined, () => 0) });

  const urls = new Map<string, string>();
  for (const { command } of workers) {
    const made = await plain.send(new CreateQueueCommand({ QueueName: command.type.replaceAll(".", "-"), Attributes: { VisibilityTimeout: "0" } }));
    urls.set(queueVariable(command.type), made.QueueUrl!);
  }
  const queueOf = ({ command }: Worker): string => urls.get(queueVariable(command.type))!;
  const bucketOf = (name: string): string => name.slice("BUCKET_".length).toLowerCase();
  const env = (name: string): string => urls.get(name) ?? bucketOf(name);

  const processOf = (world: World): Process => {
    const given = gate.clock(world.clock);
    let slept = 0;
    const clock = { now: () => new Date(given.now().getTime() + slept) };
    return {
      clock,
      ids: testIds(clock),
      fetch: gate.fetch(fetch),
      sleep: async (ms) => void (slept += ms),
      commands: openCommands({ env }, below(sqs), { random: () => 0, wait: async () => undefined }),
      files: openFiles({ env }, below(s3)),
      archive: openArchive({ env }, below(s3)),
    };
  };
  const serve = <Event, Reply>(world: World, job: Job<Event, Reply>, event: Event): Promise<Reply> => {
    const process = processOf(world);
    const { clock, ids, sleep, commands, files, archive } = process;
    const ports = { ...world.ports, sleep, commands, files, archive, ...opened(process) };
    const remaining = random() < SHORT ? short_ms : LONG_MS;
    return serveRecorded(job, { ...world.boot, clock, ids, ports })(event, { getRemainingTimeInMillis: () => remaining });
  };
  const hasMessages = async (worker: Worker): Promise<boolean> => {
    const { Attributes } = await plain.send(new GetQueueAttributesCommand({ QueueUrl: queueOf(worker), AttributeNames: [...MESSAGES] }));
    return MESSAGES.some((count) => Attributes![count] !== "0");
  };
  const poll = async (world: World, worker: Worker, poller: SQSClient): Promise<void> => {
    const QueueUrl = queueOf(worker);
    const nothing: { Messages?: Message[] } = {};
    const { Messages = [] } = await poller.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 })).catch(() => nothing);
    if (Messages.length === 0) return;
    // Whatever goes wrong more often than a queue hands it out is redriven, and counted anew.
    const Records = Messages.map(({ MessageId, Body }) => ({ messageId: MessageId, body: Body, attributes: { ApproximateReceiveCount: "1" } }));
    const { batchItemFailures } = await serve(world, worker, { Records } as unknown as SQSEvent);
    const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
    for (const { MessageId, ReceiptHandle } of Messages)
      if (!failed.has(MessageId!)) await poller.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle })).catch(() => undefined);
  };

  return {
    gate,
    /** The buckets without a gate, for what the tests do there themselves. */
    files: openFiles({ env }, plainS3),
    archive: openArchive({ env }, plainS3),
    /** Puts a message into a worker's queue, whatever the gate does. */
    order: async (worker: Worker, body: string): Promise<void> =>
      void (await plain.send(new SendMessageCommand({ QueueUrl: queueOf(worker), MessageBody: body }))),
    /** A schedule's event, delivered until it is taken. */
    tick: async (world: World, job: Job<ScheduleEvent, void>, scheduled_at: string): Promise<void> => {
      for (let round = 1; ; round++)
        try {
          return await serve(world, job, { scheduled_at });
        } catch (error) {
          if (round === MOST_ROUNDS) throw error;
        }
    },
    /** Hands messages out until no queue has one. */
    drain: async (world: World): Promise<void> => {
      const poller = new SQSClient(below(sqs));
      for (let round = 1; round <= MOST_ROUNDS; round++) {
        let waiting = 0;
        for (const worker of workers)
          if (await hasMessages(worker)) {
            waiting += 1;
            await poll(world, worker, poller);
            // What failed comes again when its time of being hidden is over.
            world.clock.advance(HIDDEN_MS);
          }
        if (waiting === 0) return;
      }
      throw new Error("The queues do not become empty.");
    },
    stop: () => engine.stop(),
  };
};
export type UnderFaults = Awaited<ReturnType<typeof underFaults>>;
