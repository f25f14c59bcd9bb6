import { beforeAll, describe, expect, it } from "vitest";
import { Session } from "../../shared/identity/session/session.ts";
import { identity } from "../../shared/identity/table.ts";
import { countInWindow } from "../../shared/kernel/http/rate-limit.ts";
import { every } from "../../shared/kernel/table/every.ts";
import { type IdentityCloud, PASSWORD, identityCloud } from "../api/identity/identity-cloud.ts";
import type { ApiClient } from "../support/api-client.ts";
import { makeTable, testCtx, testDatabase } from "../support/dynamo.ts";
import type { FaultKind } from "../support/faults/kinds.ts";
import { faultGate } from "../support/faults/gate.ts";
import { atSize, figures } from "../support/figures.ts";
import { loadApis, operationsOf } from "../support/matrix/operations.ts";

const CLIENTS = 64;
const LIMITS = atSize({ test: [10, 100], soak: [1, 10, 100, 1_000, 5_000] });
const TIMEOUT_MS = atSize({ test: 120_000, soak: 1_800_000 });
const WINDOW_S = 60;
const FAILURES = 10;
/** Those that a count can meet, which is one update. */
const KINDS: readonly FaultKind[] = [
  "throughput_exceeded",
  "throttled",
  "request_limit",
  "internal_error",
  "unavailable",
  "reset",
  "write_in_conflict",
  "lost_answer",
  "slow_answer",
  "sent_twice",
];
const MINUTES_15 = 15 * 60_000;

/** 64 clients that call as fast as they can until the window refuses half as many again as it may let through. */
const rush = async (max: number, wrap?: ReturnType<typeof faultGate>["wrap"], begin = (): void => undefined) => {
  const ctx = testCtx({ db: testDatabase({ tables: { identity: await makeTable(identity) }, ...(wrap ? { wrap } : {}) }) });
  begin();
  const counted = { accepted: 0, refused: 0, resets_s: new Set<number>() };
  let left = Math.max(CLIENTS, Math.ceil(max * 1.5));
  const client = async (): Promise<void> => {
    while (left-- > 0)
      try {
        const { taken, resets_s } = await countInWindow(ctx, identity.id, "subject", { max, per_seconds: WINDOW_S });
        counted[taken ? "accepted" : "refused"] += 1;
        counted.resets_s.add(resets_s);
      } catch {
        // Whoever gets no answer is not let in.
      }
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
  return counted;
};

describe("64 clients at once", () => {
  it.each(LIMITS)(
    "get through as often as a limit of %i says",
    async (max) => {
      const { accepted, refused, resets_s } = await rush(max);
      expect(accepted).toBeLessThanOrEqual(max);
      expect(accepted).toBeGreaterThanOrEqual(0.98 * max);
      expect([refused > 0, [...resets_s]]).toEqual([true, [WINDOW_S]]);
      figures("S14", { [`accepted of ${max}`]: accepted });
    },
    TIMEOUT_MS,
  );

  it(
    "never get through more often under faults",
    async () => {
      const max = LIMITS.at(-1)!;
      const gate = faultGate({ seed: 4, rate: 0.3, kinds: KINDS, eager: true });
      const { accepted } = await rush(max, gate.wrap, () => gate.start());
      await gate.stop();
      expect(accepted).toBeLessThanOrEqual(max);
      expect(accepted).toBeGreaterThan(0);
      expect(gate.unfired(KINDS)).toEqual([]);
      figures("S14", { "faults while limiting": gate.faults, "kinds of faults while limiting": Object.keys(gate.fired).length });
    },
    TIMEOUT_MS,
  );
});

/** What identity limits; nothing of a request is read before it is counted. The platforms' routes go through the same stage. */
const limited = operationsOf(await loadApis()).flatMap(({ platform, id, route: { method, path, rate_limit } }) =>
  platform === "identity" && rate_limit ? [{ id, method, path, rate_limit }] : [],
);

describe("every limited route of identity", () => {
  const from = { ip: "203.0.113.99" };
  let cloud: IdentityCloud;
  let api: ApiClient;
  beforeAll(async () => {
    cloud = await identityCloud();
    // Windows of a minute and of an hour have a second left.
    cloud.clock.set("2026-11-20T09:59:59.000Z");
    ({ api } = await cloud.someone("limited@example.com"));
  });

  it.each(limited)(
    "$id tells its policy, what is left and when more comes, and with the refusal when to come back",
    async ({ id, method, path, rate_limit: { max, per_seconds } }) => {
      const replies = await Promise.all(Array.from({ length: max + 1 }, () => api.request(method, path, method === "GET" ? undefined : {}, from)));
      const name = JSON.stringify(id.slice(id.indexOf(".") + 1));
      expect(new Set(replies.map(({ headers }) => headers["ratelimit-policy"]))).toEqual(new Set([`${name};q=${max};w=${per_seconds}`]));
      const told = (some: typeof replies): string[] => some.map(({ headers }) => headers["ratelimit"]!).toSorted();
      const left = Array.from({ length: max }, (_, n) => `${name};r=${n};t=1`).toSorted();
      expect(told(replies.filter(({ status }) => status !== 429))).toEqual(left);
      const refused = replies.filter(({ status }) => status === 429);
      expect(told(refused)).toEqual([`${name};r=0;t=1`]);
      expect(refused[0]!.headers["retry-after"]).toBe("1");
    },
    TIMEOUT_MS,
  );

  it("lets nobody through while the table does not answer", async () => {
    const gate = faultGate({ seed: 9, rate: 1, kinds: ["unavailable"] });
    const broken = await (await identityCloud({ wrap: gate.wrap })).someone("limited@example.com");
    gate.start();
    const replies: string[] = [];
    for (const { id, method, path } of limited) {
      const { status, headers } = await broken.api.request(method, path, method === "GET" ? undefined : {}, from);
      replies.push(`${id}: ${status}, ${headers["retry-after"]}`);
    }
    await gate.stop();
    expect(replies).toEqual(limited.map(({ id }) => `${id}: 503, 1`));
    figures("S14", { "limited routes of identity": limited.length });
  });
});

describe("signing in", () => {
  let cloud: IdentityCloud;
  beforeAll(async () => {
    cloud = await identityCloud();
  });
  const statuses = async (tries: readonly { email: string; ip: string }[]) => {
    const replies = await Promise.all(
      tries.map(({ email, ip }) => cloud.client.post("/identity/auth/sign-in", { email, password: "a wrong passphrase" }, { ip })),
    );
    for (const { status, headers } of replies) if (status === 429) expect(Number(headers["retry-after"])).toBeGreaterThan(0);
    const count = (wanted: number): number => replies.filter(({ status }) => status === wanted).length;
    return { wrong: count(401), limited: count(429) };
  };

  it("ten failures in 15 minutes for one account, whoever asks, also at once", async () => {
    const { email } = await cloud.someone("guessed@example.com");
    const tries = Array.from({ length: CLIENTS }, (_, n) => ({ email, ip: `198.51.100.${n}` }));
    expect(await statuses(tries)).toEqual({ wrong: FAILURES, limited: CLIENTS - FAILURES });
    // The right password is refused too, and not looked at.
    const hashes = cloud.hashes.count;
    expect((await cloud.client.post("/identity/auth/sign-in", { email, password: PASSWORD }, { ip: "198.51.100.99" })).status).toBe(429);
    expect(cloud.hashes.count).toBe(hashes);
    cloud.clock.advance(MINUTES_15);
    expect((await cloud.signIn(email)).email).toBe(email);
  });

  it("ten failures in 15 minutes for one address on the net, whomever it tries, also at once", async () => {
    const tries = Array.from({ length: CLIENTS }, (_, n) => ({ email: `nobody${n}@example.com`, ip: "203.0.113.7" }));
    const { wrong, limited } = await statuses(tries);
    expect(wrong).toBeLessThanOrEqual(FAILURES);
    expect(wrong).toBeGreaterThan(0);
    expect(wrong + limited).toBe(CLIENTS);
  });

  it("lets nobody in while the table does not answer, the right password included", async () => {
    const kinds: readonly FaultKind[] = ["throttled", "unavailable", "reset", "slow_answer", "internal_error"];
    const gate = faultGate({ seed: 9, rate: 1, kinds, eager: true });
    const broken = await identityCloud({ wrap: gate.wrap });
    const { email, user_id } = await broken.someone("right@example.com");
    const sessions = (): Promise<unknown[]> => Array.fromAsync(every((page) => Session.list(broken.ctx, { user_id }, page)));
    const before = (await sessions()).length;
    gate.start();
    for (let n = 0; n < 5; n++) expect((await broken.client.post("/identity/auth/sign-in", { email, password: PASSWORD })).status).toBe(503);
    await gate.stop();
    expect(gate.unfired(kinds)).toEqual([]);
    expect((await sessions()).length).toBe(before);
  });
});
