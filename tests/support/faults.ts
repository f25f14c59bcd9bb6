import { isDeepStrictEqual } from "node:util";
import type { TestDatabaseOptions } from "./dynamo.ts";

type Wrap = NonNullable<TestDatabaseOptions["wrap"]>;
type Handler = Parameters<Wrap>[0];
type Request = Parameters<Handler["handle"]>[0];
type Reply = Awaited<ReturnType<Handler["handle"]>>;
type Fetch = typeof fetch;

/** The process ends here: nothing after it runs, nothing catches it and goes on. */
export class Crash extends Error {
  override readonly name = "Crash";
}

/** Numbers in [0, 1), the same ones for the same seed. */
export const randomOf = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};
export const pick = <T>(random: () => number, from: readonly T[]): T => from[Math.floor(random() * from.length)]!;

/** One request below the SDK's repeats: `TransactWriteItems` and its JSON. */
export interface Call {
  readonly operation: string;
  readonly body: any;
  /** Goes on to the engine, with another body or as another operation if they are given. */
  forward(body?: unknown, operation?: string): Promise<Reply>;
}
interface Faulted extends Call {
  readonly random: () => number;
  /** The last reply to the same request, if there was one. */
  readonly earlier: Reply | undefined;
}

export const replied = (statusCode: number, body: unknown): Reply => ({
  response: { statusCode, headers: { "content-type": "application/x-amz-json-1.0" }, body: Buffer.from(JSON.stringify(body)) },
});
const failed = (statusCode: number, type: string, more: object = {}): Reply =>
  replied(statusCode, { __type: `com.amazonaws.dynamodb.v20120810#${type}`, message: "injected", Message: "injected", ...more });
const reset = (): Error => Object.assign(new Error("injected: read ECONNRESET"), { name: "TimeoutError", code: "ECONNRESET" });

const cancelled = ({ body, random }: Faulted, Code: string): Reply => {
  const at = Math.floor(random() * body.TransactItems.length);
  return failed(400, "TransactionCanceledException", {
    CancellationReasons: body.TransactItems.map((_: unknown, item: number) => (item === at ? { Code, Message: "injected" } : { Code: "None" })),
  });
};

/** A part of a batch is carried out; the rest is handed back. */
const halfOf = async ({ operation, body, forward }: Call): Promise<Reply> => {
  const [[table, requests]] = Object.entries<any>(body.RequestItems) as [[string, any]];
  const all: unknown[] = operation === "BatchGetItem" ? requests.Keys : requests;
  const cut = Math.ceil(all.length / 2);
  const part = (some: unknown[]) => (operation === "BatchGetItem" ? { ...requests, Keys: some } : some);
  const reply = await forward({ ...body, RequestItems: { [table]: part(all.slice(0, cut)) } });
  const text = await jsonOf(reply);
  const rest = all.length > cut ? { [table]: part(all.slice(cut)) } : {};
  return replied(200, { ...text, ...(operation === "BatchGetItem" ? { UnprocessedKeys: rest } : { UnprocessedItems: rest }) });
};

const jsonOf = async ({ response }: Reply): Promise<any> => {
  const chunks: Uint8Array[] = [];
  for await (const chunk of response.body as AsyncIterable<Uint8Array>) chunks.push(chunk);
  return JSON.parse(Buffer.concat(chunks).toString());
};

/** A reply that nobody reads keeps its socket, until none is left. */
export const drained = async (reply: Promise<Reply> | Reply): Promise<void> => {
  const { response } = await reply;
  for await (const _ of response.body as AsyncIterable<Uint8Array>);
};

const isWrite = ({ operation }: Call): boolean => /^(Put|Update|Delete|TransactWrite|BatchWrite)/.test(operation);
const isBatch = ({ operation }: Call): boolean => operation.startsWith("Batch");
const isTransaction = ({ operation }: Call): boolean => operation === "TransactWriteItems";
const always = (): boolean => true;

interface Kind {
  readonly when: (call: Faulted) => boolean;
  readonly answer: (call: Faulted) => Reply | Promise<Reply>;
}

/** What DynamoDB and the network do to a caller, that DynamoDB Local never does. A failed condition is never faked. */
const KINDS = {
  throughput_exceeded: { when: always, answer: () => failed(400, "ProvisionedThroughputExceededException") },
  throttled: { when: always, answer: () => failed(400, "ThrottlingException") },
  request_limit: { when: always, answer: () => failed(400, "RequestLimitExceeded") },
  internal_error: { when: always, answer: () => failed(500, "InternalServerError") },
  unavailable: { when: always, answer: () => failed(503, "ServiceUnavailable") },
  reset: {
    when: always,
    answer: () => {
      throw reset();
    },
  },
  conflict: { when: isTransaction, answer: (call) => cancelled(call, "TransactionConflict") },
  throttled_in_transaction: { when: isTransaction, answer: (call) => cancelled(call, "ThrottlingError") },
  in_progress: { when: isTransaction, answer: () => failed(400, "TransactionInProgressException") },
  write_in_conflict: { when: (call) => isWrite(call) && !isBatch(call) && !isTransaction(call), answer: () => failed(400, "TransactionConflictException") },
  lost_answer: {
    when: isWrite,
    answer: async ({ forward }) => {
      await drained(forward());
      throw reset();
    },
  },
  sent_twice: {
    when: isWrite,
    answer: async ({ forward }) => {
      await drained(forward());
      return forward();
    },
  },
  unprocessed: { when: isBatch, answer: halfOf },
  short_page: {
    when: ({ operation, body }) => operation === "Query" && !(body.Limit === 1),
    answer: ({ body, forward }) => forward({ ...body, Limit: Math.max(1, Math.floor((body.Limit ?? 4) / 2)) }),
  },
  empty_page: {
    when: ({ operation, body }) => operation === "Query" && body.ExclusiveStartKey !== undefined,
    answer: ({ body }) => replied(200, { Items: [], Count: 0, ScannedCount: 0, LastEvaluatedKey: body.ExclusiveStartKey }),
  },
  stale_index: {
    when: ({ operation, body, earlier }) => operation === "Query" && body.IndexName !== undefined && earlier !== undefined,
    answer: ({ earlier }) => earlier!,
  },
  crash_before: {
    when: always,
    answer: ({ operation }) => {
      throw new Crash(`before ${operation}`);
    },
  },
  crash_after: {
    when: isWrite,
    answer: async ({ operation, forward }) => {
      await drained(forward());
      throw new Crash(`after ${operation}`);
    },
  },
} satisfies Record<string, Kind>;
export type FaultKind = keyof typeof KINDS;
export const FAULT_KINDS = Object.keys(KINDS) as FaultKind[];

const HTTP_KINDS = {
  http_429: () => new Response("slow down", { status: 429, headers: { "retry-after": "1" } }),
  http_500: () => new Response("oops", { status: 500 }),
  http_503: () => new Response("busy", { status: 503 }),
  not_json: () => new Response("{", { status: 200, headers: { "content-type": "application/json" } }),
  html: () => new Response("<html>Sign in</html>", { status: 200, headers: { "content-type": "text/html" } }),
  refused: () => {
    throw Object.assign(new TypeError("fetch failed"), { cause: Object.assign(new Error("injected"), { code: "ECONNREFUSED" }) });
  },
  lost_reply: () => undefined,
} as const satisfies Record<string, () => Response | undefined>;
export type HttpFaultKind = keyof typeof HTTP_KINDS;
export const HTTP_FAULT_KINDS = Object.keys(HTTP_KINDS) as HttpFaultKind[];

export interface FaultOptions {
  readonly seed: number;
  /** The share of calls that meet a fault. */
  readonly rate: number;
  /** The kinds to draw from; all unless told. */
  readonly kinds?: readonly FaultKind[];
  readonly http?: readonly HttpFaultKind[];
}

export interface FaultGate {
  /** For `testDatabase({ wrap })` and `soundcloudWorld({ wrap })`: under the SDK's own repeats. */
  readonly wrap: Wrap;
  fetch(send: Fetch): Fetch;
  /** How often each kind came. */
  readonly fired: Readonly<Record<string, number>>;
  /** All faults together. */
  readonly faults: number;
  readonly calls: number;
  /** The kinds that never came: a run that meets some proves nothing about them. */
  unfired(kinds: readonly string[]): string[];
  /** From now on things fail; before, nothing does, for setting up. */
  start(): void;
  /** From now on nothing fails, for reading what is stored. */
  stop(): void;
}

/** Faults by chance, from a seed and counted, between `start` and `stop`. */
export const faultGate = ({ seed, rate, kinds = FAULT_KINDS, http = HTTP_FAULT_KINDS }: FaultOptions): FaultGate => {
  const random = randomOf(seed);
  const fired: Record<string, number> = {};
  const seen = new Map<string, Reply>();
  let [calls, faults, on] = [0, 0, false];
  const count = (kind: string): void => {
    faults += 1;
    fired[kind] = (fired[kind] ?? 0) + 1;
  };
  const wrap: Wrap = (handler) =>
    intercept(handler, async ({ operation, body, forward }) => {
      if (!on) return forward();
      calls += 1;
      const text = operation === "Query" ? JSON.stringify(body) : "";
      const call: Faulted = { operation, body, random, forward, earlier: seen.get(text) };
      const possible = random() < rate ? kinds.filter((kind) => KINDS[kind].when(call)) : [];
      if (possible.length > 0) {
        const kind = pick(random, possible);
        count(kind);
        return KINDS[kind].answer(call);
      }
      const reply = await forward();
      if (operation !== "Query" || body.IndexName === undefined) return reply;
      const copy = replied(reply.response.statusCode, await jsonOf(reply));
      seen.set(text, copy);
      return copy;
    });
  return {
    wrap,
    fetch:
      (send) =>
      async (...given: Parameters<Fetch>) => {
        if (!on) return send(...given);
        calls += 1;
        if (random() >= rate) return send(...given);
        const kind = pick(random, http);
        count(kind);
        const reply = HTTP_KINDS[kind]();
        if (reply) return reply;
        await send(...given);
        throw Object.assign(new TypeError("fetch failed"), { cause: reset() });
      },
    fired,
    get faults() {
      return faults;
    },
    get calls() {
      return calls;
    },
    unfired: (wanted) => wanted.filter((kind) => !fired[kind]),
    start: () => void (on = true),
    stop: () => void (on = false),
  };
};

const around = (handler: Handler, handle: (request: Request, options: never) => Promise<Reply>): Handler =>
  ({ ...handler, handle, destroy: () => handler.destroy?.() }) as unknown as Handler;

/** The same handler with `answer` in the place of every call. */
export const intercept = (handler: Handler, answer: (call: Call) => Reply | Promise<Reply>): Handler =>
  around(handler, async (request, options) => {
    const text = typeof request.body === "string" ? request.body : new TextDecoder().decode(request.body);
    const target = request.headers["x-amz-target"] ?? "";
    return answer({
      operation: target.split(".")[1] ?? request.method,
      body: text === "" ? {} : JSON.parse(text),
      forward: (body, operation) =>
        handler.handle(body === undefined ? request : changed(request, body, operation ? `${target.split(".")[0]}.${operation}` : target), options),
    });
  });

/** DynamoDB Local checks no signature of the content, so that a changed request passes. */
const changed = (request: Request, body: unknown, target: string): Request => {
  const bytes = Buffer.from(JSON.stringify(body));
  const headers = { ...request.headers, "x-amz-target": target, "content-length": String(bytes.length) };
  return Object.assign(Object.create(Object.getPrototypeOf(request)), request, { body: bytes, headers });
};

export type CrashTime = "before" | "after";

export interface CrashGate {
  readonly wrap: Wrap;
  fetch(send: Fetch): Fetch;
  /** Puts any other way to the outside under the gate: a queue's sender, a mail service. */
  around<A extends readonly unknown[], R>(call: (...given: A) => Promise<R>): (...given: A) => Promise<R>;
  /** The calls since it was armed or opened. */
  readonly calls: number;
  readonly crashed: boolean;
  /** Counts from zero; the process dies before or after its call number `call` (1 is the first) and stays dead. */
  arm(call: number, time: CrashTime): void;
  /** A new process: nothing fails. */
  revive(): void;
}

/** Counts all calls that leave a process, and ends it at one of them. */
export const crashGate = (): CrashGate => {
  let calls = 0;
  let armed: { call: number; time: CrashTime } | undefined;
  let dead = false;
  const pass = async <T>(call: () => Promise<T>, drop: (result: T) => Promise<unknown> = async () => undefined): Promise<T> => {
    const die = (time: CrashTime, number: number): void => {
      if (armed?.time === time && armed.call === number) dead = true;
      if (dead) throw new Crash(`${time} call ${number}`);
    };
    if (dead) throw new Crash("dead");
    const number = ++calls;
    die("before", number);
    const result = await call();
    if (dead || (armed?.time === "after" && armed.call === number)) await drop(result);
    die("after", number);
    return result;
  };
  return {
    wrap: (handler) =>
      around(handler, (request, options) =>
        pass(
          () => handler.handle(request, options),
          (reply) => drained(reply),
        ),
      ),
    fetch:
      (send) =>
      (...given: Parameters<Fetch>) =>
        pass(
          () => send(...given),
          (reply) => reply.arrayBuffer(),
        ),
    around:
      (call) =>
      (...given) =>
        pass(() => call(...given)),
    get calls() {
      return calls;
    },
    get crashed() {
      return dead;
    },
    arm: (call, time) => {
      [calls, dead, armed] = [0, false, { call, time }];
    },
    revive: () => {
      [calls, dead, armed] = [0, false, undefined];
    },
  };
};

export interface CrashJob<W> {
  /** A fresh world whose ways to the outside pass the gate. What it calls itself is not counted. */
  world(gate: CrashGate): Promise<W>;
  /** One run of the job, as the queue or a schedule would start it; it is started again after a crash. */
  run(world: W): Promise<unknown>;
  /** What must be the same whether or not a run crashed; leave out ids and times that differ from run to run. */
  state(world: W): Promise<unknown>;
  /** Tries only every nth call; 1 unless told. */
  readonly every?: number;
}

const MOST_RUNS = 4;

/**
 * Counts the calls of a job that runs through, then runs it again for each of them, dying before it and after it, and
 * resumes it until it ends. Throws when a resumed job ends in another state than the undisturbed one.
 */
export const crashPoints = async <W>({ world, run, state, every = 1 }: CrashJob<W>): Promise<{ calls: number; points: number }> => {
  const gate = crashGate();
  const fresh = async (): Promise<W> => {
    gate.revive();
    return world(gate);
  };
  const undisturbed = await fresh();
  gate.revive();
  await run(undisturbed);
  const { calls } = gate;
  const expected = await state(undisturbed);
  let points = 0;
  for (let call = 1; call <= calls; call += every)
    for (const time of ["before", "after"] as const) {
      const place = await fresh();
      gate.arm(call, time);
      await run(place).catch(() => undefined);
      if (!gate.crashed) throw new Error(`The run did not reach call ${call}: its calls differ from those of the first run.`);
      await resume(place, { gate, run });
      const found = await state(place);
      if (!isDeepStrictEqual(found, expected))
        throw new Error(
          `Dead ${time} call ${call} of ${calls}, resumed, the job ends in another state.\n${JSON.stringify(found)}\ninstead of\n${JSON.stringify(expected)}`,
        );
      points += 1;
    }
  return { calls, points };
};

/** The queue delivers again until the job ends. */
const resume = async <W>(place: W, { gate, run }: Pick<CrashJob<W>, "run"> & { gate: CrashGate }): Promise<void> => {
  gate.revive();
  for (let attempt = 1; ; attempt++) {
    try {
      await run(place);
      return;
    } catch (error) {
      if (attempt === MOST_RUNS) throw error;
    }
  }
};
