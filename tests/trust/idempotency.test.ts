import { beforeAll, describe, expect, it } from "vitest";
import { creditsApi } from "../../functions/soundcloud/credits.api.ts";
import { submissionsApi } from "../../functions/soundcloud/submissions.api.ts";
import type { Reply } from "../support/api-client.ts";
import { type FaultGate, faultGate } from "../support/faults/gate.ts";
import type { FaultKind } from "../support/faults/kinds.ts";
import { pick, randomOf } from "../support/faults/random.ts";
import { atSize, figures } from "../support/figures.ts";
import { type SoundcloudOrg, type SoundcloudWorld, soundcloudWorld } from "../support/soundcloud.ts";

const SEED = 20261120;
const REQUESTS = atSize({ test: 40, soak: 10_000 });
/** Answers that get lost, between the table and us or between us and the client, and processes that die around a write. */
const KINDS: readonly FaultKind[] = ["lost_answer", "sent_twice", "crash_before", "crash_after", "internal_error"];
const DAY_MS = 24 * 3_600_000;
const MEMBERS = 20;

let gate: FaultGate;
let world: SoundcloudWorld;
let members: string[];
let client_id: string;
beforeAll(async () => {
  gate = faultGate({ seed: SEED, rate: 0.6, kinds: KINDS });
  world = await soundcloudWorld({ apis: [creditsApi, submissionsApi], wrap: gate.wrap });
  members = [];
  for (let n = 0; n < MEMBERS; n++) members.push((await world.member({ followers: 200_000, credits: 4 })).id);
  ({ id: client_id } = await world.clientOf("Label"));
});

/** A request that must have its effect once, however often it is sent. */
interface Wanted {
  readonly key: string;
  readonly path: string;
  readonly body: object;
  readonly other: object;
  readonly status: number;
}

const random = randomOf(SEED);
/** One up, one down, so that every movement is one entry: the cap is never met, and 0 neither. */
const adjustment = (n: number): Wanted => {
  const body = { amount: Math.floor(n / MEMBERS) % 2 === 0 ? 1 : -1, reason: `reason-${n}` };
  const path = `/soundcloud/members/${members[n % MEMBERS]!}/credits/adjust`;
  return { key: `key-${n}`, path, body, other: { ...body, reason: "another" }, status: 200 };
};
const submitting = (n: number): Wanted => {
  const body = { client_id, track_url: `https://soundcloud.com/band/once-${n}` };
  return { key: `key-${n}`, path: "/soundcloud/submissions", body, other: { ...body, notes: "another" }, status: 201 };
};

const send = ({ key, path, body }: Wanted, org: SoundcloudOrg = world): Promise<Reply> => org.admin.api.post(path, body, { key });

const counted = { sent: 0, in_flight: 0, failed: 0, reused: 0 };
/** The replies of one request that is sent so often, in one of the ways in which repeats come about. */
const repeated = async (wanted: Wanted, times: number): Promise<Reply[]> => {
  counted.sent += times;
  const way = pick(random, ["sequential", "parallel", "lost"] as const);
  if (way === "parallel") return Promise.all(Array.from({ length: times }, () => send(wanted)));
  const replies: Reply[] = [];
  for (let n = 0; n < times; n++) {
    if (way === "lost") gate.start();
    replies.push(await send(wanted));
    await gate.stop();
  }
  return replies;
};

/** The reply that the request ends with: a client comes back until there is one. */
const settled = async (wanted: Wanted): Promise<Reply> => {
  for (;;) {
    const reply = await send(wanted);
    if (reply.status === wanted.status) return reply;
    if (reply.problem.code !== "request_in_flight") throw new Error(`${wanted.key}: ${JSON.stringify(reply.problem)}`);
    world.clock.advance(Number(reply.headers["retry-after"]) * 1000);
  }
};

const headersOf = ({ headers }: Reply): object => {
  const { "x-request-id": _, "idempotency-replayed": __, ...rest } = headers;
  return rest;
};

const walk = async (path: string): Promise<any[]> => {
  const items: any[] = [];
  for (let cursor: string | undefined; ;) {
    const { body } = await world.admin.api.get(path, { query: { limit: 100, ...(cursor ? { cursor } : {}) } });
    items.push(...body.items);
    if (!body.next_cursor) return items;
    cursor = body.next_cursor;
  }
};

/** How often each cause stands in the books. */
const effects = async (): Promise<Map<string, number>> => {
  const found = new Map<string, number>();
  const count = (name: string): void => void found.set(name, (found.get(name) ?? 0) + 1);
  for (const id of members)
    for (const entry of await walk(`/soundcloud/members/${id}/ledger`))
      for (const [reason] of JSON.stringify(entry).matchAll(/reason-\d+(?=")/g)) count(reason);
  for (const { track_url } of (await walk("/soundcloud/submissions")) as { track_url: string }[]) count(track_url);
  return found;
};

describe("Idempotency-Key on routes that move value", () => {
  it(
    `${REQUESTS} requests, each sent one to four times, have one effect and one reply each`,
    async () => {
      const asked = Array.from({ length: REQUESTS }, (_, n) => (n % 5 === 4 ? submitting(n) : adjustment(n)));
      const wrong: string[] = [];
      for (const wanted of asked) {
        const replies = await repeated(wanted, 1 + Math.floor(random() * 4));
        const last = await settled(wanted);
        for (const reply of replies) {
          if (reply.problem?.code === "request_in_flight") {
            counted.in_flight += 1;
            if (!/^[1-9]\d*$/.test(reply.headers["retry-after"] ?? "")) wrong.push(`${wanted.key}: 409 without Retry-After`);
          } else if (reply.status >= 500) counted.failed += 1;
          else if (JSON.stringify([reply.status, reply.body, headersOf(reply)]) !== JSON.stringify([last.status, last.body, headersOf(last)]))
            wrong.push(`${wanted.key}: ${JSON.stringify(reply.body)} and then ${JSON.stringify(last.body)}`);
        }
        if (last.headers["idempotency-replayed"] !== "true" && replies.some(({ status }) => status === wanted.status)) wrong.push(`${wanted.key}: no replay`);
        if (random() < 0.2) {
          const reused = await send({ ...wanted, body: wanted.other });
          counted.reused += 1;
          if (reused.status !== 422 || reused.problem.code !== "idempotency_key_reused") wrong.push(`${wanted.key}: another body is ${reused.status}`);
        }
      }
      expect(wrong).toEqual([]);
      const found = await effects();
      const names = asked.map(({ body }) => ("reason" in body ? (body.reason as string) : (body as { track_url: string }).track_url));
      expect(names.filter((name) => found.get(name) !== 1).map((name) => `${name}: ${found.get(name) ?? 0}`)).toEqual([]);
      expect(counted.in_flight).toBeGreaterThan(0);
      expect(counted.reused).toBeGreaterThan(0);
      expect(gate.unfired(KINDS)).toEqual([]);
      figures("R3", {
        requests: REQUESTS,
        sends: counted.sent,
        "told to come back": counted.in_flight,
        "lost or failed": counted.failed,
        faults: gate.faults,
        "effects beside one": 0,
      });
    },
    atSize({ test: 120_000, soak: 3_600_000 }),
  );

  it("400 where it is missing, and nothing happens", async () => {
    const before = await effects();
    for (const { path, body } of [adjustment(REQUESTS + 1), submitting(REQUESTS + 2)]) {
      const { status, problem } = await world.admin.api.request("POST", path, body);
      expect([status, problem.errors.map(({ pointer }) => pointer)]).toEqual([400, ["/header/idempotency-key"]]);
    }
    expect(await effects()).toEqual(before);
  });

  it("the key of one tenant means nothing to another", async () => {
    const there = await world.org();
    const theirs = await there.member({ followers: 200_000, credits: 4 });
    const mine = adjustment(REQUESTS + 20);
    expect((await send(mine)).status).toBe(200);
    const other = await send({ ...mine, path: `/soundcloud/members/${theirs.id}/credits/adjust` }, there);
    expect([other.status, other.headers["idempotency-replayed"], other.body.member_id]).toEqual([200, undefined, theirs.id]);
    const same = await send(mine, there);
    expect([same.status, same.headers["idempotency-replayed"]]).toEqual([404, undefined]);
  });

  it("lives for seven days", async () => {
    const wanted = submitting(REQUESTS + 40);
    const first = await send(wanted);
    for (const ms of [DAY_MS, 6 * DAY_MS - 1000]) {
      world.clock.advance(ms);
      const again = await send(wanted);
      expect([again.status, again.headers["idempotency-replayed"], again.body.id]).toEqual([201, "true", first.body.id]);
    }
  });
});
