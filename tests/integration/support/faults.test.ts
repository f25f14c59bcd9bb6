import { text } from "node:stream/consumers";
import { S3Client } from "@aws-sdk/client-s3";
import { CreateQueueCommand, DeleteMessageCommand, ReceiveMessageCommand, SQSClient, SendMessageBatchCommand } from "@aws-sdk/client-sqs";
import { describe, expect, it } from "vitest";
import { startMessages } from "../../../infra/local/engines/messages.ts";
import { Membership } from "../../../shared/identity/membership/membership.ts";
import { identity } from "../../../shared/identity/table.ts";
import { boundedCalls } from "../../../shared/kernel/aws-client.ts";
import { openFiles } from "../../../shared/kernel/files/s3.ts";
import { every } from "../../../shared/kernel/table/every.ts";
import { makeTable, testCtx, testDatabase } from "../../support/dynamo.ts";
import { CLOCK_FAULT_KINDS } from "../../support/faults/clock.ts";
import { type CrashGate, crashPoints } from "../../support/faults/crash.ts";
import { faultGate } from "../../support/faults/gate.ts";
import { HTTP_FAULT_KINDS } from "../../support/faults/http.ts";
import { S3_FAULT_KINDS } from "../../support/faults/s3.ts";
import { SQS_FAULT_KINDS } from "../../support/faults/sqs.ts";
import { FAULT_KINDS, type FaultKind } from "../../support/faults/kinds.ts";

const placeBehind = async (wrap: CrashGate["wrap"]) => testCtx({ db: testDatabase({ tables: { identity: await makeTable(identity) }, wrap }) });

describe("faultGate", () => {
  it("fires every kind, and what survives it is right", async () => {
    const gate = faultGate({ seed: 3, rate: 0.5, kinds: FAULT_KINDS.filter((kind) => !kind.startsWith("crash")) });
    const ctx = await placeBehind(gate.wrap);
    const { org_id } = ctx;
    const ids = Array.from({ length: 30 }, () => ctx.ids.uuid());
    gate.start();
    const insist = async <T>(work: () => Promise<T>): Promise<T> => {
      for (;;)
        try {
          return await work();
        } catch {
          // The fault's own business; the next try decides.
        }
    };
    await insist(() =>
      Membership.putMany(
        ctx,
        ids.map((user_id) => ({ org_id, user_id })),
      ),
    );
    for (let round = 0; round < 12 && gate.unfired(["short_page", "unprocessed"]).length > 0; round++) {
      expect(
        await insist(() =>
          Membership.getMany(
            ctx,
            ids.map((user_id) => ({ org_id, user_id })),
          ),
        ),
      ).toHaveLength(30);
      expect(await insist(() => Array.fromAsync(every((page) => Membership.list(ctx, { org_id }, { ...page, limit: 7 }))))).toHaveLength(30);
    }
    await gate.stop();
    expect(gate.unfired(["short_page", "unprocessed"])).toEqual([]);
    expect(gate.faults).toBeGreaterThan(5);
  });

  it("does nothing before it is started", async () => {
    const gate = faultGate({ seed: 1, rate: 1 });
    const ctx = await placeBehind(gate.wrap);
    await Membership.create(ctx, { org_id: ctx.org_id, user_id: ctx.ids.uuid() });
    expect([gate.faults, gate.calls]).toEqual([0, 0]);
  });

  it("stands under fetch too", async () => {
    const gate = faultGate({ seed: 5, rate: 1 });
    gate.start();
    let sent = 0;
    const fetch = gate.fetch(async () => {
      sent += 1;
      return Response.json({});
    });
    for (let call = 0; call < 60; call++) await fetch("https://provider.example").catch(() => undefined);
    expect(gate.unfired(HTTP_FAULT_KINDS)).toEqual([]);
    expect(sent).toBe(gate.fired["lost_reply"]! + gate.fired["slow_reply"]!);
  });
});

describe("faultGate over SQS, S3 and clocks", () => {
  const config = (endpoint: string) => ({ endpoint, region: "us-east-1", credentials: { accessKeyId: "local", secretAccessKey: "local" }, maxAttempts: 1 });
  const insistently = { seed: 7, rate: 0.8 };

  it("fires every kind at senders and receivers, and no message is lost", async () => {
    const engine = await startMessages();
    const gate = faultGate(insistently);
    const requestHandler = gate.sqs(new SQSClient({ ...boundedCalls, ...config(engine.endpoint) }).config.requestHandler);
    const client = new SQSClient({ ...config(engine.endpoint), requestHandler });
    const { QueueUrl } = await client.send(new CreateQueueCommand({ QueueName: "q", Attributes: { VisibilityTimeout: "0" } }));
    gate.start();
    const received = new Set<string>();
    for (let round = 0; round < 80 && (received.size < 4 || gate.unfired(SQS_FAULT_KINDS).length > 0); round++) {
      const Entries = ["a", "b", "c", "d"].map((Id) => ({ Id, MessageBody: Id }));
      await client.send(new SendMessageBatchCommand({ QueueUrl, Entries })).catch(() => undefined);
      const { Messages = [] } = await client.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 })).catch(() => ({ Messages: [] }));
      for (const { Body, ReceiptHandle } of Messages) {
        received.add(Body!);
        await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle })).catch(() => undefined);
      }
    }
    await gate.stop();
    await engine.stop();
    expect([...received].toSorted()).toEqual(["a", "b", "c", "d"]);
    expect(gate.unfired(SQS_FAULT_KINDS)).toEqual([]);
  });

  it("fires every kind at readers of files, who never take half of one for the whole", async () => {
    const engine = await startMessages();
    engine.files.createBucket("uploads");
    const gate = faultGate(insistently);
    const requestHandler = gate.s3(new S3Client({ ...boundedCalls, ...config(engine.endpoint) }).config.requestHandler);
    const files = openFiles({ env: () => "uploads" }, { ...config(engine.endpoint), forcePathStyle: true, requestHandler });
    await fetch(`${engine.endpoint}/uploads/file`, { method: "PUT", body: "hello,world" });
    gate.start();
    const read: string[] = [];
    for (let round = 0; round < 60; round++)
      await files
        .read("file")
        .then(text)
        .then((all) => read.push(all))
        .catch(() => undefined);
    await gate.stop();
    await engine.stop();
    expect(new Set(read)).toEqual(new Set(["hello,world"]));
    expect(gate.unfired(S3_FAULT_KINDS)).toEqual([]);
  });

  it("sets clocks wrong, each process's for as long as it lives", () => {
    const gate = faultGate({ seed: 1, rate: 1 });
    const now = new Date("2027-03-14T06:30:00.000Z");
    gate.start();
    const clocks = Array.from({ length: 60 }, () => gate.clock({ now: () => now }));
    expect(gate.unfired(CLOCK_FAULT_KINDS)).toEqual([]);
    expect(clocks.map((clock) => clock.now())).toEqual(clocks.map((clock) => clock.now()));
    expect(new Set(clocks.map((clock) => clock.now().toISOString()))).toEqual(
      new Set([
        "2027-03-14T06:35:00.000Z",
        "2027-03-14T06:25:00.000Z",
        "2027-03-15T00:00:00.001Z",
        "2027-04-01T00:00:00.001Z",
        "2027-03-14T07:00:00.001Z",
        "2028-02-29T00:00:00.001Z",
      ]),
    );
  });
});

describe("crashPoints", () => {
  const job = (repeatable: boolean) => ({
    world: async (gate: CrashGate) => {
      const ctx = await placeBehind(gate.wrap);
      return { ctx, users: [ctx.ids.uuid(), ctx.ids.uuid()] };
    },
    run: async ({ ctx, users }: { ctx: Awaited<ReturnType<typeof placeBehind>>; users: string[] }) => {
      const { org_id } = ctx;
      for (const user_id of repeatable ? users : [ctx.ids.uuid(), ctx.ids.uuid()])
        if (!(await Membership.find(ctx, { org_id, user_id }))) await Membership.create(ctx, { org_id, user_id });
    },
    state: async ({ ctx }: { ctx: Awaited<ReturnType<typeof placeBehind>> }) => (await Membership.list(ctx, { org_id: ctx.org_id })).items.length,
  });

  it("dies before and after each call of a job, and resumes it", async () => {
    expect(await crashPoints(job(true))).toEqual({ calls: 4, points: 8, pairs: 0 });
  });
  it("dies again while it recovers", async () => {
    const { points, pairs } = await crashPoints({ ...job(true), most: 2, pairs: 6 });
    expect(points).toBe(2);
    expect(pairs).toBeGreaterThan(0);
  });
  it("finds a job that does its work twice", async () => {
    await expect(crashPoints(job(false))).rejects.toThrow("ends in another state");
  });
});

it.each(["lost_answer", "crash_after"] as const satisfies FaultKind[])("%s does the work and hides it", async (kind) => {
  const gate = faultGate({ seed: 2, rate: 1, kinds: [kind] });
  const ctx = await placeBehind(gate.wrap);
  const key = { org_id: ctx.org_id, user_id: ctx.ids.uuid() };
  gate.start();
  await Membership.create(ctx, key).catch(() => undefined);
  await gate.stop();
  expect(await Membership.get(ctx, key)).toMatchObject(key);
});
