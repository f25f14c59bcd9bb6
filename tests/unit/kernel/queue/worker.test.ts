import type { SQSRecord } from "aws-lambda";
import { describe, expect, it } from "vitest";
import type { OrgJobCtx } from "../../../../shared/kernel/job.ts";
import { MAX_RECEIVES } from "../../../../shared/kernel/lambda.ts";
import { unprocessable } from "../../../../shared/kernel/errors.ts";
import { when } from "../../../../shared/kernel/queue/message.ts";
import { worker } from "../../../../shared/kernel/queue/worker.ts";
import { invocation, plainRuntime } from "../plain-ctx.ts";
import { ORG, buildQueue, platformEnabled } from "./contracts.ts";

const id = (n: number): string => `019cd6c1-0000-7000-8000-${String(n).padStart(12, "0")}`;
const envelopeOf = (n: number, more: object = {}) => ({
  id: id(n),
  type: buildQueue.type,
  org_id: ORG,
  at: "2026-03-10T06:00:00.000Z",
  data: { date: "2026-03-10" },
  ...more,
});
const record = (n: number, body: unknown): SQSRecord =>
  ({ messageId: `m-${n}`, body: typeof body === "string" ? body : JSON.stringify(body), attributes: { ApproximateReceiveCount: "1" } }) as SQSRecord;

type Call = { ctx: OrgJobCtx & { readonly greeting: string }; data: { date: string } };

const serve = (run: (call: Call) => Promise<unknown> = async () => undefined) => {
  const calls: Call[] = [];
  const { runtime, lines } = plainRuntime();
  const definition = worker(
    buildQueue,
    { ports: { greeting: ({ env }) => env("GREETING") }, on: [when(platformEnabled, () => ({ date: "2026-03-11" }))] },
    (ctx, data) => (calls.push({ ctx, data }), run({ ctx, data })),
  );
  return { calls, lines, handle: definition.serve(runtime) };
};

describe("worker", () => {
  it("runs the use case with the envelope's org, a service as actor, and the ports", async () => {
    const { calls, handle } = serve();
    expect(await handle({ Records: [record(1, envelopeOf(1))] }, invocation(42_000))).toEqual({ batchItemFailures: [] });
    expect(calls).toHaveLength(1);
    const { ctx, data } = calls[0]!;
    expect(data).toEqual({ date: "2026-03-10" });
    expect(ctx).toMatchObject({ org_id: ORG, grant: "all", request_id: id(1), actor: { kind: "service", name: buildQueue.type }, greeting: "env:GREETING" });
    expect(ctx.remaining_ms()).toBe(42_000);
  });

  it("takes a subscribed event from the bus as its own order, under the event's id", async () => {
    const { calls, handle } = serve();
    const detail = { id: id(5), type: platformEnabled.type, org_id: ORG, at: "2026-03-10T06:00:00Z", data: { platform: "soundcloud" } };
    const body = { version: "0", id: "e", "detail-type": platformEnabled.type, source: "groundswell.identity", detail };
    expect(await handle({ Records: [record(1, body)] }, invocation())).toEqual({ batchItemFailures: [] });
    expect(calls[0]).toMatchObject({ ctx: { request_id: id(5), org_id: ORG }, data: { date: "2026-03-11" } });
  });

  const detail = (more: object = {}) => ({
    id: id(5),
    type: platformEnabled.type,
    org_id: ORG,
    at: "2026-03-10T06:00:00Z",
    data: { platform: "soundcloud" },
    ...more,
  });
  const poison: [string, unknown, RegExp][] = [
    ["no JSON", "{", /not JSON/],
    ["no envelope", {}, /not valid[\s\S]*id/],
    ["null", null, /not valid/],
    ["an unknown field", envelopeOf(1, { more: 1 }), /not valid[\s\S]*more/],
    ["data that break the schema", envelopeOf(1, { data: { date: "tomorrow" } }), /not valid[\s\S]*date/],
    ["an unknown field of data", envelopeOf(1, { data: { date: "2026-03-10", more: 1 } }), /not valid[\s\S]*more/],
    ["no org", envelopeOf(1, { org_id: undefined }), /not valid[\s\S]*org_id/],
    ["another type", envelopeOf(1, { type: "soundcloud.other.v1" }), /soundcloud\.other\.v1/],
    [
      "an event nobody subscribed to",
      { "detail-type": "identity.other.v1", detail: detail({ type: "identity.other.v1" }) },
      /does not take the event identity\.other\.v1/,
    ],
    ["an event under a false name", { "detail-type": platformEnabled.type, detail: detail({ type: buildQueue.type }) }, /got soundcloud\.build-queue\.v1/],
    ["an event whose data break the schema", { "detail-type": platformEnabled.type, detail: detail({ data: {} }) }, /not valid[\s\S]*platform/],
  ];
  it.each(poison)("refuses %s, naming it in the log, and does its neighbours", async (_, body, reason) => {
    const { calls, lines, handle } = serve();
    const reply = await handle({ Records: [record(1, envelopeOf(1)), record(2, body), record(3, envelopeOf(3))] }, invocation());
    expect(reply).toEqual({ batchItemFailures: [{ itemIdentifier: "m-2" }] });
    expect(calls.map(({ ctx }) => ctx.request_id)).toEqual([id(1), id(3)]);
    expect(lines).toMatchObject([{ level: "error", message: "command failed", fields: { message_id: "m-2", code: "message_refused" } }]);
    expect((lines[0]!.fields!["error"] as Error).message).toMatch(reason);
  });

  it("reports exactly the records whose use case failed", async () => {
    const failing = new Set([id(2), id(4)]);
    const { handle, lines } = serve(async ({ ctx }) => {
      if (failing.has(ctx.request_id)) throw unprocessable("no_members", "There are no members.");
    });
    const reply = await handle({ Records: [1, 2, 3, 4, 5, 6].map((n) => record(n, envelopeOf(n))) }, invocation());
    expect(reply.batchItemFailures).toEqual([{ itemIdentifier: "m-2" }, { itemIdentifier: "m-4" }]);
    expect(lines.map(({ fields }) => fields!["code"])).toEqual(["no_members", "no_members"]);
  });

  it("runs at most five records at once", async () => {
    let [running, most] = [0, 0];
    const { handle } = serve(async () => {
      most = Math.max(most, ++running);
      await new Promise(setImmediate);
      running -= 1;
    });
    await handle({ Records: Array.from({ length: 12 }, (_, n) => record(n, envelopeOf(n))) }, invocation());
    expect(most).toBe(5);
  });

  it("hands back what it cannot begin in time", async () => {
    const { calls, handle } = serve();
    const reply = await handle({ Records: [record(1, envelopeOf(1)), record(2, envelopeOf(2))] }, invocation(4_999));
    expect(calls).toEqual([]);
    expect(reply.batchItemFailures).toEqual([{ itemIdentifier: "m-1" }, { itemIdentifier: "m-2" }]);
  });

  describe("givenUp", () => {
    const worn = (n: number, body: unknown, received: number): SQSRecord =>
      ({ ...record(n, body), attributes: { ApproximateReceiveCount: String(received) } }) as SQSRecord;
    const giving = (run: () => Promise<unknown>, note: () => Promise<void> = async () => undefined) => {
      const told: unknown[] = [];
      const { runtime, lines } = plainRuntime();
      const definition = worker(buildQueue, { ports: {}, givenUp: (ctx, data, error) => (told.push([ctx.org_id, data.date, error]), note()) }, run);
      return { told, lines, handle: definition.serve(runtime) };
    };
    const fault = new Error("no good");

    it("is told of the last delivery that fails, and of none before", async () => {
      const { told, handle } = giving(() => Promise.reject(fault));
      for (let received = 1; received <= MAX_RECEIVES; received++) {
        expect(told).toEqual([]);
        expect(await handle({ Records: [worn(1, envelopeOf(1), received)] }, invocation())).toEqual({ batchItemFailures: [{ itemIdentifier: "m-1" }] });
      }
      expect(told).toEqual([[ORG, "2026-03-10", fault]]);
    });
    it("is told of what was never begun for want of time", async () => {
      const { told, handle } = giving(async () => undefined);
      await handle({ Records: [worn(1, envelopeOf(1), MAX_RECEIVES)] }, invocation(4_999));
      expect(told).toMatchObject([[ORG, "2026-03-10", { code: "handed_back" }]]);
    });
    it("is not told of what succeeds at last, nor of what is no order at all", async () => {
      const { told, handle } = giving(async () => undefined);
      const { batchItemFailures } = await handle({ Records: [worn(1, envelopeOf(1), MAX_RECEIVES), worn(2, "{", MAX_RECEIVES)] }, invocation());
      expect([told, batchItemFailures]).toEqual([[], [{ itemIdentifier: "m-2" }]]);
    });
    it("may fail itself: the log has both, and the record is reported", async () => {
      const { lines, handle } = giving(
        () => Promise.reject(fault),
        () => Promise.reject(new Error("nor that")),
      );
      expect((await handle({ Records: [worn(1, envelopeOf(1), MAX_RECEIVES)] }, invocation())).batchItemFailures).toHaveLength(1);
      expect(lines.map(({ level }) => level)).toEqual(["warn", "error"]);
      expect(lines[1]!.fields!["error"]).toBe(fault);
    });
  });
});
