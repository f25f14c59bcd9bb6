import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { faultGate } from "../../../support/faults/gate.ts";
import { type HttpPlace, httpPlace } from "./place.ts";

let place: HttpPlace;
beforeAll(async () => {
  place = await httpPlace();
});
// Each test begins a window of its own.
beforeEach(() => place.clock.advance(60_000));

const count = (replies: readonly { status: number }[], status: number): number => replies.filter((reply) => reply.status === status).length;

describe("rate limits", () => {
  it("64 parallel callers get through exactly as often as the limit says", async () => {
    const replies = await Promise.all(Array.from({ length: 64 }, () => place.client.post("/hall/by-ip")));
    expect([count(replies, 204), count(replies, 429)]).toEqual([10, 54]);
  });

  it("the reply tells what is left, and a refusal when to come back", async () => {
    place.clock.set("2026-11-20T10:00:45.000Z");
    const first = await place.client.post("/hall/by-ip");
    expect(first.headers).toMatchObject({ ratelimit: '"byIp";r=9;t=15', "ratelimit-policy": '"byIp";q=10;w=60' });
    for (let n = 0; n < 9; n++) await place.client.post("/hall/by-ip");
    const refused = await place.client.post("/hall/by-ip");
    expect(refused).toMatchObject({ status: 429, problem: { code: "rate_limited" }, headers: { "retry-after": "15", ratelimit: '"byIp";r=0;t=15' } });
    place.clock.advance(14_999);
    expect((await place.client.post("/hall/by-ip")).status).toBe(429);
    place.clock.advance(1);
    expect((await place.client.post("/hall/by-ip")).status).toBe(204);
  });

  it("callers of different addresses, actors, orgs and routes do not meet", async () => {
    const spend = (path: string, client = place.client, ip?: string) =>
      Promise.all(Array.from({ length: 11 }, () => client.post(path, undefined, ip ? { ip } : {})));
    const spent = [
      await spend("/hall/by-ip", place.client, "192.0.2.10"),
      await spend("/hall/by-ip", place.client, "192.0.2.11"),
      await spend("/hall/by-actor", place.as("editor")),
      await spend("/hall/by-actor", place.as("writer")),
      await spend("/hall/by-actor", place.as("machine")),
      await spend("/hall/by-org", place.as("editor")),
      await spend("/hall/by-org", place.as("editor_b")),
    ];
    expect(spent.map((replies) => count(replies, 204))).toEqual(spent.map(() => 10));
    expect((await place.as("writer").post("/hall/by-org")).status).toBe(429);
  });

  it("who is not let in spends nothing", async () => {
    const client = place.client.as({ token: "x".repeat(30) });
    await Promise.all(Array.from({ length: 20 }, () => client.post("/hall/by-org")));
    const replies = await Promise.all(Array.from({ length: 10 }, () => place.as("editor").post("/hall/by-org")));
    expect(count(replies, 204)).toBe(10);
  });

  it("fails closed: a table that does not answer lets nobody through", async () => {
    const gate = faultGate({ seed: 1, rate: 1, kinds: ["throttled"] });
    const broken = await httpPlace({ wrap: gate.wrap });
    gate.start();
    const { status, headers } = await broken.client.post("/hall/by-ip");
    expect({ status, retry: headers["retry-after"] }).toEqual({ status: 503, retry: "1" });
  });
});
