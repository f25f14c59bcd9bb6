import { Readable } from "node:stream";
import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient, type SQSClientConfig } from "@aws-sdk/client-sqs";
import type { SQSRecord } from "aws-lambda";
import { type FauxqsServer, startFauxqs } from "fauxqs";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { uuidOf } from "../../../../shared/kernel/ids.ts";
import { queueVariable } from "../../../../shared/kernel/lambda.ts";
import type { Pace } from "../../../../shared/kernel/queue/batches.ts";
import type { Commands } from "../../../../shared/kernel/queue/commands.ts";
import { commandsOnDemand } from "../../../../shared/kernel/queue/commands-on-demand.ts";
import { openCommands } from "../../../../shared/kernel/queue/sqs.ts";
import { worker } from "../../../../shared/kernel/queue/worker.ts";
import { differencesOf } from "../../../support/recorder/sdk-commands.ts";
import { ORG, buildQueue } from "../../../unit/kernel/queue/contracts.ts";
import { invocation, plainRuntime } from "../../../unit/kernel/plain-ctx.ts";

const QUEUE = "build-queue";
const DEAD = "build-queue-dead";
const MAX_RECEIVES = 5;

let server: FauxqsServer;
let client: SQSClient;
const config = () => ({ region: "us-east-1", credentials: { accessKeyId: "test", secretAccessKey: "test" }, endpoint: `http://127.0.0.1:${server.port}` });
const url = (name: string): string => `http://127.0.0.1:${server.port}/000000000000/${name}`;

beforeAll(async () => {
  server = await startFauxqs({ port: 0, logger: false });
  client = new SQSClient(config());
});
afterAll(async () => {
  client.destroy();
  await server.stop();
});
beforeEach(() => {
  server.purgeAll();
  const { queueArn } = server.createQueue(DEAD);
  server.createQueue(QUEUE, {
    attributes: { RedrivePolicy: JSON.stringify({ deadLetterTargetArn: queueArn, maxReceiveCount: String(MAX_RECEIVES) }), VisibilityTimeout: "0" },
  });
});

interface Fault {
  /** Entries of a call, by their place, that the queue refuses; undefined answers the whole call. */
  (call: number): { refuse?: number[]; senderFault?: boolean; drop?: "before" | "after" };
}

/** The client's own handler, with faults where real ones live: below signing and the SDK's repetition. */
const faulty = (fault: Fault) => {
  const inner = client.config.requestHandler;
  let calls = 0;
  const reset = () => Object.assign(new Error("socket hang up"), { name: "TimeoutError", code: "ECONNRESET" });
  return {
    calls: () => calls,
    requestHandler: {
      metadata: inner.metadata!,
      handle: async (request: Parameters<typeof inner.handle>[0], options?: Parameters<typeof inner.handle>[1]) => {
        const { refuse = [], senderFault = false, drop } = fault(calls++);
        if (drop === "before") throw reset();
        const body = JSON.parse(new TextDecoder().decode(request.body as Uint8Array)) as { Entries: { Id: string }[] };
        const kept = body.Entries.filter((_, place) => !refuse.includes(place));
        const failed = body.Entries.filter((_, place) => refuse.includes(place)).map(({ Id }) => ({ Id, Code: "InternalError", SenderFault: senderFault }));
        let successful: unknown[] = [];
        if (kept.length > 0) {
          const text = JSON.stringify({ ...body, Entries: kept });
          const { response } = await inner.handle(
            Object.assign(request, { body: text, headers: { ...request.headers, "content-length": String(Buffer.byteLength(text)) } }),
            options,
          );
          const parts: Uint8Array[] = [];
          for await (const part of response.body as AsyncIterable<Uint8Array>) parts.push(part);
          if (response.statusCode !== 200) throw new Error(`fauxqs answered ${response.statusCode}: ${Buffer.concat(parts).toString()}`);
          successful = (JSON.parse(Buffer.concat(parts).toString()) as { Successful: unknown[] }).Successful;
        }
        if (drop === "after") throw reset();
        const answer = Buffer.from(JSON.stringify({ Successful: successful, Failed: failed }));
        return { response: { statusCode: 200, headers: { "content-type": "application/x-amz-json-1.0" }, body: Readable.from([answer]) } } as never;
      },
    },
  };
};

const open = (fault?: Fault) => {
  const waits: number[] = [];
  const pace: Pace = { random: () => 1, wait: async (ms) => void waits.push(ms) };
  const gate = faulty(fault ?? (() => ({})));
  const boot = { env: (name: string) => (name === queueVariable(buildQueue.type) ? url(QUEUE) : name) };
  return { commands: openCommands(boot, { ...config(), requestHandler: gate.requestHandler as never }, pace), waits, calls: gate.calls };
};

const dates = (count: number) => Array.from({ length: count }, (_, n) => ({ date: new Date(Date.UTC(2026, 0, 1 + n)).toISOString().slice(0, 10) }));
const bodies = (name: string): { id: string; data: { date: string } }[] =>
  server.inspectQueue(name)!.messages.ready.map(({ body }) => JSON.parse(body) as { id: string; data: { date: string } });
const sortedDates = (name: string): string[] =>
  bodies(name)
    .map(({ data }) => data.date)
    .toSorted();

describe("Commands over SQS", () => {
  it("sends 25 orders in three batches", async () => {
    const { ctx } = plainRuntime();
    const { commands, calls } = open();
    await commands.send(ctx, buildQueue, ORG, dates(25));
    expect(calls()).toBe(3);
    expect(sortedDates(QUEUE)).toEqual(dates(25).map(({ date }) => date));
  });

  it("sends where the first order opens the queue", async () => {
    const { ctx } = plainRuntime();
    const commands = commandsOnDemand({ env: () => url(QUEUE) }, config());
    await commands.send(ctx, buildQueue, ORG, dates(1));
    await commands.send(ctx, buildQueue, ORG, dates(2).slice(1));
    expect(sortedDates(QUEUE)).toEqual(dates(2).map(({ date }) => date));
  });

  it("sends the commands that the recorder tells of", async () => {
    const { ctx } = plainRuntime();
    const client = {
      name: "commands",
      open: (more: SQSClientConfig) => openCommands({ env: (name) => (name === queueVariable(buildQueue.type) ? url(QUEUE) : name) }, { ...config(), ...more }),
      resource: ({ QueueUrl }: { QueueUrl: string }) => (QueueUrl === url(QUEUE) ? `queue ${buildQueue.type}` : QueueUrl),
      org_id: ORG,
    };
    const differences = await differencesOf<Commands>(client, {
      send: [(port) => port.send(ctx, buildQueue, ORG, dates(11))],
      sendEach: [
        (port) =>
          port.sendEach(
            ctx,
            buildQueue,
            [ORG, uuidOf("another")].map((org_id) => ({ org_id, data: dates(1)[0]! })),
          ),
      ],
    });
    expect(differences).toEqual([]);
  });

  it("repeats exactly the refused entries", async () => {
    const { ctx } = plainRuntime();
    const { commands, waits, calls } = open((call) => (call === 0 ? { refuse: [2, 7] } : call === 1 ? { refuse: [0] } : {}));
    await commands.send(ctx, buildQueue, ORG, dates(10));
    expect(calls()).toBe(3);
    expect(waits).toEqual([100, 200]);
    expect(sortedDates(QUEUE)).toEqual(dates(10).map(({ date }) => date));
  });

  it("names what is refused to the end after four calls, and has sent the others", async () => {
    const { ctx } = plainRuntime();
    const { commands, calls } = open((call) => ({ refuse: call === 0 ? [3] : [0] }));
    const messages = dates(10).map((data) => ({ org_id: ORG, data, id: uuidOf(data.date) }));
    await expect(commands.sendEach(ctx, buildQueue, messages)).rejects.toMatchObject({
      code: "commands_not_sent",
      extra: { not_sent: [{ id: uuidOf("2026-01-04") }] },
    });
    expect(calls()).toBe(4);
    expect(sortedDates(QUEUE)).toEqual(
      dates(10)
        .map(({ date }) => date)
        .filter((date) => date !== "2026-01-04"),
    );
  });

  it("does not repeat a fault of its own", async () => {
    const { ctx } = plainRuntime();
    const { commands, calls } = open(() => ({ refuse: [0], senderFault: true }));
    await expect(commands.send(ctx, buildQueue, ORG, dates(2))).rejects.toMatchObject({ code: "commands_not_sent" });
    expect(calls()).toBe(1);
  });

  it("keeps an order's id when a lost answer makes the SDK send it twice", async () => {
    const { ctx } = plainRuntime();
    const { commands } = open((call) => (call === 0 ? { drop: "after" } : {}));
    await commands.sendEach(ctx, buildQueue, [{ org_id: ORG, data: dates(1)[0]!, id: uuidOf("once") }]);
    expect(bodies(QUEUE).map(({ id }) => id)).toEqual([uuidOf("once"), uuidOf("once")]);
  });

  it("gives up on a queue that never answers after four attempts", async () => {
    const { ctx } = plainRuntime();
    const { commands, calls } = open(() => ({ drop: "before" }));
    await expect(commands.send(ctx, buildQueue, ORG, dates(1))).rejects.toMatchObject({ kind: "unavailable", code: "commands_not_sent" });
    expect(calls()).toBe(4);
  });

  it("takes an order of nearly 1 MiB and refuses a larger one before sending anything", async () => {
    const { ctx } = plainRuntime();
    const { commands, calls } = open();
    const large = { ...buildQueue, data: buildQueue.data.loose() };
    const fill = (bytes: number) => ({ ...dates(1)[0]!, fill: "x".repeat(bytes) });
    await commands.send(ctx, large as never, ORG, [fill(1024 * 1024 - 400), fill(10)] as never);
    expect(calls()).toBe(2);
    await expect(commands.send(ctx, large as never, ORG, [fill(10), fill(1024 * 1024)] as never)).rejects.toMatchObject({ code: "command_too_large" });
    expect(calls()).toBe(2);
  });
});

/** What an event source mapping does: receives a batch, invokes, deletes what was not reported. Returns how many it received. */
const pollOnce = async (handle: ReturnType<ReturnType<typeof worker>["serve"]>): Promise<number> => {
  const { Messages = [] } = await client.send(
    new ReceiveMessageCommand({ QueueUrl: url(QUEUE), MaxNumberOfMessages: 10, MessageSystemAttributeNames: ["ApproximateReceiveCount"] }),
  );
  const records = Messages.map(
    (m) => ({ messageId: m.MessageId, body: m.Body, attributes: m.Attributes, receiptHandle: m.ReceiptHandle }) as unknown as SQSRecord,
  );
  const { batchItemFailures } = await handle({ Records: records }, invocation());
  const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
  for (const record of records.filter(({ messageId }) => !failed.has(messageId)))
    await client.send(new DeleteMessageCommand({ QueueUrl: url(QUEUE), ReceiptHandle: record.receiptHandle }));
  return records.length;
};

describe("a worker on a queue", () => {
  it("does every good order once, and poison ends in the dead-letter queue after exactly five receipts", async () => {
    const { ctx, runtime, lines } = plainRuntime();
    await open().commands.send(ctx, buildQueue, ORG, dates(30));
    for (const poison of ["{", JSON.stringify({ type: buildQueue.type })]) server.sendMessage(QUEUE, poison);
    const attempts = new Map<string, number>();
    const flaky = "2026-01-05";
    const handle = worker(buildQueue, { ports: {} }, async (_, { date }) => {
      attempts.set(date, (attempts.get(date) ?? 0) + 1);
      if (date === flaky && attempts.get(date)! < 3) throw new Error("table throttled");
    }).serve(runtime);
    for (let empty = 0; empty < 3;) empty = (await pollOnce(handle)) === 0 ? empty + 1 : 0;
    expect([...attempts.keys()].toSorted()).toEqual(dates(30).map(({ date }) => date));
    for (const [date, times] of attempts) expect(times, date).toBe(date === flaky ? 3 : 1);
    expect(
      server
        .inspectQueue(DEAD)!
        .messages.ready.map(({ body }) => body)
        .toSorted(),
    ).toEqual(["{", JSON.stringify({ type: buildQueue.type })].toSorted());
    expect(lines.filter(({ fields }) => fields!["code"] === "message_refused")).toHaveLength(2 * MAX_RECEIVES);
    expect(lines.map(({ fields }) => fields!["received"]).filter((n) => n === MAX_RECEIVES)).toHaveLength(2);
  });
});
