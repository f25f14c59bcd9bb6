import { DynamoDBClient, type DynamoDBClientConfig, GetItemCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { FaultKind } from "../../infra/local/sandbox/faults.ts";
import type { SandboxServer } from "../../infra/local/sandbox/server.ts";
import { platforms } from "../../infra/platforms.ts";
import { boundedCalls, boundedRetries } from "../../shared/kernel/aws-client.ts";
import type { Lambda } from "../../shared/kernel/lambda.ts";
import type { Outcome } from "../../shared/kernel/outcome.ts";
import { openDatabase } from "../../shared/kernel/table/sdk.ts";
import { control } from "../integration/providers/support.ts";
import { type Handler, intercept, replied } from "../support/faults/wire.ts";
import { atSize, figures } from "../support/figures.ts";
import { type Network, type PassingTime, passingTime } from "../support/passing-time.ts";
import { type ProviderId, providers } from "../support/provider-clients.ts";

const lambdas = platforms.flatMap(({ platform }) => Object.values<Lambda>(platform.lambdas));
/** What the shortest of some functions may spend on one call. */
const allowed_ms = (some: readonly { readonly timeout_s: number }[]): number => 800 * Math.min(...some.map(({ timeout_s }) => timeout_s));
/** Calls of each client that are made for a minute. */
const CALLS_A_MINUTE = atSize({ test: 1, soak: 100 });

const local = { region: "local", endpoint: "http://127.0.0.1:1", credentials: { accessKeyId: "local", secretAccessKey: "local" } };
const throttle = (): ReturnType<typeof replied> => replied(400, { __type: "com.amazonaws.dynamodb.v20120810#ThrottlingException" });
const cancelled = (Code: string) => (): ReturnType<typeof replied> =>
  replied(400, { __type: "com.amazonaws.dynamodb.v20120810#TransactionCanceledException", CancellationReasons: [{ Code }, { Code: "None" }] });

/** A client whose every request is answered so, and when each was sent. */
const answering = (answer: () => ReturnType<typeof replied> | Promise<never>, config: DynamoDBClientConfig = boundedCalls) => {
  const sent: number[] = [];
  const plain = new DynamoDBClient({ ...config, ...local }).config.requestHandler;
  const requestHandler: Handler = intercept(plain, () => {
    sent.push(Date.now());
    return answer();
  });
  return { sent, config: { ...config, ...local, requestHandler } };
};
const GET = { TableName: "t", Key: { pk: { S: "p" }, sk: { S: "s" } } };

describe("calls to AWS", () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] }));
  afterEach(() => void vi.useRealTimers());

  /** Calls arriving at an even pace for a minute, each of which fails. Requests a call. */
  const amplification = async (a_second: number, config?: DynamoDBClientConfig): Promise<number> => {
    const { sent, config: throttled } = answering(throttle, config);
    const client = new DynamoDBClient(throttled);
    const calls = 60 * a_second;
    const ends: Promise<unknown>[] = [];
    for (let call = 0; call < calls; call++) {
      ends.push(client.send(new GetItemCommand(GET)).catch(() => undefined));
      await vi.advanceTimersByTimeAsync(1_000 / a_second);
    }
    await vi.advanceTimersByTimeAsync(60_000);
    await Promise.all(ends);
    return sent.length / calls;
  };

  it("grow by half at most in a minute of nothing but throttling", async () => {
    const [slow, fast] = [await amplification(1), await amplification(10)];
    expect(slow).toBeGreaterThan(1);
    expect(slow).toBeLessThanOrEqual(1.5);
    expect(fast).toBeLessThanOrEqual(1.5);
    figures("R13", { "requests a call to AWS, 1 call/s": slow.toFixed(2), "requests a call to AWS, 10 calls/s": fast.toFixed(2) });
  });

  it("would grow more under the SDK's own strategy, which this measurement shows", async () => {
    expect(await amplification(1, { maxAttempts: 4 })).toBeGreaterThan(1.5);
  });

  it("are tried four times at most, spread over the whole of each wait", async () => {
    const waits: number[] = [];
    for (let call = 0; call < 100; call++) {
      const { sent, config } = answering(throttle);
      const ended = new DynamoDBClient(config).send(new GetItemCommand(GET)).catch(() => undefined);
      await vi.advanceTimersByTimeAsync(10_000);
      await ended;
      expect(sent).toHaveLength(4);
      waits.push(sent[1]! - sent[0]!);
    }
    expect(Math.min(...waits)).toBeLessThan(40);
    expect(Math.max(...waits)).toBeGreaterThan(360);
    expect(new Set(waits).size).toBeGreaterThan(50);
  });

  it("end within 80 % of the shortest timeout, whatever happens", async () => {
    const longest = { budget: { called: () => undefined, take: () => true }, random: () => 1 - Number.EPSILON };
    const strategy = boundedRetries(longest.budget, longest.random);
    let total = boundedCalls.requestHandler.requestTimeout;
    let last = await strategy.acquireInitialRetryToken("");
    for (let attempt = 2; attempt <= boundedCalls.maxAttempts; attempt++) {
      last = await strategy.refreshRetryTokenForRetry(last, { errorType: "THROTTLING" });
      total += last.getRetryDelay() + boundedCalls.requestHandler.requestTimeout;
    }
    await expect(strategy.refreshRetryTokenForRetry(last, { errorType: "THROTTLING" })).rejects.toThrow();
    expect(total).toBeLessThanOrEqual(allowed_ms(lambdas));
    figures("R13", { "longest call to AWS, ms": Math.round(total), "allowed, ms": allowed_ms(lambdas) });
  });

  it.each(["ThrottlingError", "ProvisionedThroughputExceeded"])("a transaction cancelled by %s comes out of the same budget", async (code) => {
    const { sent, config } = answering(cancelled(code));
    const db = openDatabase({ tables: { t: "t" }, client: config });
    const send = () => db.send("TransactWrite", "test", { TransactItems: [{ Put: { TableName: "t", Item: { pk: "a", sk: "b" } } }] }).catch(() => undefined);
    const ends = Array.from({ length: 60 }, send);
    await vi.advanceTimersByTimeAsync(60_000);
    await Promise.all(ends);
    expect(sent.length).toBeGreaterThan(60);
    expect(sent.length).toBeLessThanOrEqual(90);
  });
});

/** Calls of a minute in which the service answers nobody. */
const PACES = [
  { a_second: 1, accounts: "one account", of: () => 0 },
  { a_second: 10, accounts: "one account", of: () => 0 },
  { a_second: 1, accounts: "an account each", of: (call: number) => call },
] as const;
const askersOf = (id: string) => lambdas.filter(({ access }) => access.calls?.some((called) => called === id));
type Ask = () => Promise<Outcome<unknown>>;
type Trouble = Network & { readonly kind: FaultKind };

/** What all providers have shown. */
const shown = { providers: new Set<string>(), calls: 0, attempts: 0, attempts_with_tokens: 0, longest_ms: 0, requests_a_call: 0, held: Infinity };

/** A provider's sandbox, beside the tests of the block that this is called in, and its client in a time that passes by itself. */
const beside = ({ start, open }: (typeof providers)[ProviderId]) => {
  let time: PassingTime;
  let sandbox: SandboxServer;
  beforeAll(async () => {
    time = passingTime();
    sandbox = await start(time.clock.now);
  });
  afterEach(() => control(sandbox.url, "DELETE", "faults"));
  afterAll(async () => {
    await sandbox.stop();
    time.end();
  });

  const fault = (kind: FaultKind, { count = 1_000_000, path = "/" } = {}): Promise<void> => control(sandbox.url, "POST", "faults", { kind, count, path });
  const opened = (random?: () => number) => {
    const asksOf = open(sandbox.url, { ...time.options, ...(random ? { random } : {}) });
    return (account: number) => asksOf(account) as Readonly<Record<string, Ask>>;
  };
  return {
    fault,
    opened,
    set: (network: Network) => time.set(network),
    troubled: async ({ kind, ...network }: Trouble): Promise<void> => {
      await control(sandbox.url, "DELETE", "faults");
      await fault(kind);
      time.set(network);
    },
    /** Each call of the client, on a client of its own that knows of no trouble yet. */
    calls: (random?: () => number): [name: string, ask: Ask][] => Object.keys(opened()(0)).map((name) => [name, opened(random)(0)[name]!]),
    /** What one call comes to, when it sends requests, and how long it takes. */
    asked: async (ask: Ask): Promise<{ kind: string; sent: number[]; total_ms: number }> => {
      const [before, began] = [time.sent.length, time.now()];
      const { kind } = await time.of(ask);
      return { kind, sent: time.sent.slice(before), total_ms: time.now() - began };
    },
    /** What the calls of a minute come to, which begin at an even pace, and how many requests they send. */
    minute: async (a_second: number, ask: (call: number) => Promise<Outcome<unknown>>): Promise<{ outcomes: Outcome<unknown>[]; requests: number }> => {
      const before = time.sent.length;
      const outcomes = await time.evenly(60 * a_second, 1_000 / a_second, ask);
      return { outcomes, requests: time.sent.length - before };
    },
  };
};

describe.each(Object.entries(providers))("calls to %s", (id, provider) => {
  const TROUBLES: readonly Trouble[] = [
    ...provider.throttles.map((kind) => ({ kind, takes_ms: 10 })),
    { kind: "500", takes_ms: 10 },
    { kind: "503", takes_ms: 10 },
    { kind: "503", takes_ms: 4_900 },
    { kind: "401", takes_ms: 4_900 },
    { kind: "reset", takes_ms: 10 },
    { kind: "lost_answer", takes_ms: 10 },
    { kind: "malformed", takes_ms: 10 },
    { kind: "timeout", takes_ms: 0, hangs: true },
  ];
  const askers = askersOf(id);
  const { troubled, opened, calls, asked, minute } = beside(provider);

  it("are tried four times at most, within 80 % of the shortest timeout of who asks", async () => {
    expect(askers.length).toBeGreaterThan(0);
    for (const trouble of TROUBLES) {
      await troubled(trouble);
      for (const [name, ask] of calls()) {
        const { kind, sent, total_ms } = await asked(ask);
        const told = `${name}, ${trouble.kind} after ${trouble.takes_ms} ms`;
        expect(kind, told).not.toBe("ok");
        expect(sent.length, told).toBeGreaterThan(0);
        expect(sent.length, told).toBeLessThanOrEqual(4);
        expect(total_ms, told).toBeLessThanOrEqual(allowed_ms(askers));
        shown.attempts = Math.max(shown.attempts, sent.length);
        shown.longest_ms = Math.max(shown.longest_ms, total_ms);
      }
    }
    shown.calls += calls().length;
  });

  it("wait for anything between nothing and the whole of each wait before they are repeated", async () => {
    // Whatever paces the client is over when an answer comes.
    await troubled({ kind: "503", takes_ms: 1_000 });
    const gaps = ({ sent }: { sent: number[] }): number[] => sent.slice(1).map((at, n) => at - sent[n]! - 1_000);
    for (const [at, [name, none]] of calls(() => 0).entries()) {
      const shortest = gaps(await asked(none));
      const half = gaps(await asked(calls(() => 0.5)[at]![1]));
      const longest = gaps(await asked(calls(() => 1 - Number.EPSILON)[at]![1]));
      const drawn = gaps(await asked(calls()[at]![1]));
      expect(shortest, name).toEqual(shortest.map(() => 0));
      for (const [n, whole] of longest.entries()) {
        expect(whole, name).toBeGreaterThanOrEqual(200 * 2 ** n - 1);
        expect(half[n], name).toBeCloseTo(whole / 2, 3);
        expect(drawn[n], name).toBeGreaterThan(0);
        expect(drawn[n], name).toBeLessThan(whole);
      }
    }
  });

  it("grow by half at most in a minute of nothing but refusals, and the circuit opens", async () => {
    const names = Object.keys(opened()(0)).slice(0, CALLS_A_MINUTE);
    // The first call is one of its API, which has words of its own for it; a token endpoint says no more than 429.
    const refusals: readonly { kind: FaultKind; of: string[] }[] = [
      { kind: provider.throttles[0]!, of: names.slice(0, 1) },
      { kind: "429_text", of: names },
      { kind: "503", of: names },
    ];
    for (const { kind, of: refused } of refusals) {
      await troubled({ kind, takes_ms: 50 });
      for (const name of refused) {
        for (const { a_second, accounts, of } of PACES) {
          const asks = opened();
          const { outcomes, requests } = await minute(a_second, (call) => asks(of(call))[name]!());
          const told = `${name}, ${kind}, ${a_second} a second, ${accounts}`;
          expect(
            outcomes.filter((outcome) => outcome.kind === "ok"),
            told,
          ).toEqual([]);
          expect(requests / outcomes.length, told).toBeLessThanOrEqual(1.5);
          shown.requests_a_call = Math.max(shown.requests_a_call, requests / outcomes.length);
          if (accounts !== "one account") continue;
          expect(requests, told).toBeLessThan(outcomes.length / 2);
          shown.held = Math.min(shown.held, outcomes.length - requests);
        }
      }
    }
    shown.providers.add(id);
  });
});

describe("a call to soundcloud", () => {
  const { fault, set, calls, asked } = beside(providers.soundcloud);

  it("ends in time also when its token is refused at the last attempt, and then the token that renews it", async () => {
    await fault("503", { count: 3, path: "/users" });
    await fault("401", { count: 1, path: "/users" });
    await fault("503", { path: "/users" });
    set({ takes_ms: 2_400 });
    const { sent, total_ms } = await asked(calls(() => 0).find(([name]) => name === "user")![1]);
    expect(sent.length).toBe(4 + 2 + 4);
    shown.attempts_with_tokens = Math.max(shown.attempts_with_tokens, sent.length);
    expect(total_ms).toBeLessThanOrEqual(allowed_ms(askersOf("soundcloud")));
    shown.longest_ms = Math.max(shown.longest_ms, total_ms);
  });
});

describe("the providers that were tried", () => {
  it("are all that a function is declared to call, and all that it could be", () => {
    expect([...shown.providers].toSorted()).toEqual([...new Set(lambdas.flatMap(({ access }) => access.calls ?? []))].toSorted());
    figures("R13", {
      providers: shown.providers.size,
      "calls of their clients": shown.calls,
      "attempts of a request at most": shown.attempts,
      "requests of a call whose token is refused at most": shown.attempts_with_tokens,
      "longest call to a provider, ms": Math.round(shown.longest_ms),
      "requests a call to a provider at most": shown.requests_a_call.toFixed(2),
      "calls of a minute held back at least": shown.held,
    });
  });
});
