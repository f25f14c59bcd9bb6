import { once } from "node:events";
import { type Server, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import type { EventBridgeClientConfig } from "@aws-sdk/client-eventbridge";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Envelope } from "../../../../events/envelope.ts";
import type { Bus } from "../../../../shared/kernel/bus/bus.ts";
import { openBus } from "../../../../shared/kernel/bus/event-bridge.ts";
import type { Pace } from "../../../../shared/kernel/queue/batches.ts";
import { differencesOf } from "../../../support/recorder/sdk-commands.ts";

interface Sent {
  readonly EventBusName: string;
  readonly Source: string;
  readonly DetailType: string;
  readonly Time: number;
  readonly Detail: string;
}

let server: Server;
let accepted: Sent[];
let calls: number;
/** Which events a call refuses, by id. */
let refuse: (call: number, id: string) => boolean;

beforeAll(async () => {
  server = createServer(async (incoming, reply) => {
    const { Entries } = (await json(incoming)) as { Entries: Sent[] };
    const call = calls++;
    const results = Entries.map((entry) => {
      if (refuse(call, (JSON.parse(entry.Detail) as Envelope).id)) return { ErrorCode: "ThrottlingException", ErrorMessage: "slow down" };
      accepted.push(entry);
      return { EventId: `${call}` };
    });
    const body = { FailedEntryCount: results.filter((result) => "ErrorCode" in result).length, Entries: results };
    reply.writeHead(200, { "content-type": "application/x-amz-json-1.1" }).end(JSON.stringify(body));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  [accepted, calls, refuse] = [[], 0, () => false];
});

const pace: Pace = { random: () => 0, wait: async () => undefined };
const open = (more: EventBridgeClientConfig = {}) => {
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return openBus({ env: () => "the-bus" }, { endpoint, region: "us-east-1", credentials: { accessKeyId: "test", secretAccessKey: "test" }, ...more }, pace);
};
const envelope = (n: number): Envelope => ({ id: `e-${n}`, type: "soundcloud.queue-published.v1", org_id: "org", at: "2026-03-10T06:00:00.000Z", data: { n } });

describe("the bus over EventBridge", () => {
  it("puts the whole envelope in the detail, its type in the detail type, its platform in the source", async () => {
    expect(await open().publish([envelope(1)])).toEqual([]);
    expect(accepted).toEqual([
      {
        EventBusName: "the-bus",
        Source: "groundswell.soundcloud",
        DetailType: "soundcloud.queue-published.v1",
        Time: Date.parse("2026-03-10T06:00:00.000Z") / 1000,
        Detail: JSON.stringify(envelope(1)),
      },
    ]);
  });

  it("repeats exactly the entries that a successful call refused", async () => {
    refuse = (call, id) => (call === 0 && ["e-2", "e-9"].includes(id)) || (call === 2 && id === "e-9");
    expect(await open().publish(Array.from({ length: 12 }, (_, n) => envelope(n)))).toEqual([]);
    expect(calls).toBe(4);
    expect(accepted.map(({ Detail }) => (JSON.parse(Detail) as Envelope).id).toSorted()).toEqual(Array.from({ length: 12 }, (_, n) => `e-${n}`).toSorted());
  });

  it("sends the commands that the recorder tells of", async () => {
    const resource = ({ Entries }: { Entries: readonly { EventBusName: string }[] }) =>
      Entries.every(({ EventBusName }) => EventBusName === "the-bus") ? "bus" : "another bus";
    const differences = await differencesOf<Bus>(
      { name: "bus", open, resource, org_id: "org" },
      { publish: [(port) => port.publish([envelope(1), { ...envelope(2), org_id: "another" }])] },
    );
    expect(differences).toEqual([]);
  });

  it("returns an entry that is refused four times", async () => {
    refuse = (_, id) => id === "e-1";
    expect(await open().publish([envelope(0), envelope(1)])).toEqual([{ envelope: envelope(1), reason: "ThrottlingException: slow down" }]);
    expect(calls).toBe(4);
  });
});
