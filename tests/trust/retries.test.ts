import { DynamoDBClient, type DynamoDBClientConfig, GetItemCommand } from "@aws-sdk/client-dynamodb";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import * as z from "zod";
import { identityPlatform } from "../../functions/identity/lambdas.ts";
import { soundcloudPlatform } from "../../functions/soundcloud/lambdas.ts";
import { boundedCalls, boundedRetries } from "../../shared/kernel/aws-client.ts";
import { httpClient } from "../../shared/kernel/http-client.ts";
import { openDatabase } from "../../shared/kernel/table/sdk.ts";
import { resendClient } from "../../shared/mail/resend.client.ts";
import { soundCloudClient } from "../../shared/soundcloud/soundcloud/soundcloud.client.ts";
import { memoryTokens, testClock } from "../integration/providers/support.ts";
import { randomOf } from "../support/faults/random.ts";
import { type Handler, intercept, replied } from "../support/faults/wire.ts";
import { figures } from "../support/figures.ts";

const lambdas = [identityPlatform, soundcloudPlatform].flatMap(({ lambdas: all }) => Object.values(all));
/** What the shortest of some functions may spend on one call. */
const allowed_ms = (some: readonly { readonly timeout_s: number }[]): number => 800 * Math.min(...some.map(({ timeout_s }) => timeout_s));

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

describe("calls to providers", () => {
  const TAKES_MS = 5_000;
  /** A provider that answers so in virtual time, and how often it was asked. */
  const provider = (answer: () => Response, takes_ms = 10) => {
    const clock = testClock();
    let requests = 0;
    const fetch = async (): Promise<Response> => {
      requests += 1;
      clock.advance(takes_ms);
      if (takes_ms >= TAKES_MS) throw new DOMException("injected", "TimeoutError");
      return answer();
    };
    return { clock, requests: () => requests, options: { clock, fetch, sleep: clock.sleep, random: randomOf(5) } };
  };
  const busy = (): Response => new Response("busy", { status: 503 });

  const clients = {
    soundcloud: (options: ReturnType<typeof provider>["options"]) => {
      const tokens = memoryTokens(options.clock);
      tokens.put({ access_token: "t", expires_at: "2099-01-01T00:00:00.000Z" });
      const named = { api_url: "http://s", auth_url: "http://a", client_id: "i", client_secret: "s" };
      return () => soundCloudClient({ ...options, ...named, tokens }).user("soundcloud:users:1");
    },
    resend: (options: ReturnType<typeof provider>["options"]) => () =>
      resendClient({ ...options, api_url: "http://r", api_key: "k" }).send({ from: "a@b.c", to: "d@e.f", subject: "s", html: "h", text: "t" }, "key"),
  };

  it.each(["soundcloud", "resend"] as const)("%s is asked four times at most, within 80 %% of the timeout of who asks", async (name) => {
    const askers = lambdas.filter(({ access }) => access.calls?.includes(name));
    expect(askers.length).toBeGreaterThan(0);
    for (const place of [provider(busy), provider(busy, TAKES_MS), provider(() => new Response("", { status: 429 }))]) {
      const began = place.clock.now().getTime();
      expect((await clients[name](place.options)()).kind).not.toBe("ok");
      expect(place.requests()).toBeLessThanOrEqual(4);
      expect(place.clock.now().getTime() - began).toBeLessThanOrEqual(allowed_ms(askers));
    }
  });

  it("grow by half at most in a minute of nothing but refusals, and the circuit opens", async () => {
    const { clock, options, requests } = provider(busy);
    const client = httpClient({ ...options, base_url: "http://p" });
    const end = clock.now().getTime() + 60_000;
    let [calls, held] = [0, 0];
    while (clock.now().getTime() < end) {
      calls += 1;
      const before = requests();
      await client.call({ method: "GET", path: "/x", reply: z.object({}) });
      if (requests() === before) held += 1;
      clock.advance(500);
    }
    expect(requests() / calls).toBeLessThanOrEqual(1.5);
    expect(held).toBeGreaterThan(0);
    figures("R13", { "requests a call to a provider": (requests() / calls).toFixed(2), "calls held back by the circuit": held });
  });
});
