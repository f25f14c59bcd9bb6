import type { Clock } from "../../../shared/kernel/context.ts";
import { CLOCK_FAULT_KINDS, CLOCK_KINDS, type ClockFaultKind } from "./clock.ts";
import { type Fetch, HTTP_FAULT_KINDS, HTTP_KINDS, type HttpFaultKind } from "./http.ts";
import { type Circumstances, type Kind, always } from "./kind.ts";
import { FAULT_KINDS, type FaultKind, KINDS } from "./kinds.ts";
import { pick, randomOf } from "./random.ts";
import { S3_FAULT_KINDS, S3_KINDS, type S3FaultKind } from "./s3.ts";
import { SQS_FAULT_KINDS, SQS_KINDS, type SqsFaultKind } from "./sqs.ts";
import { type Reply, type Wrap, around, intercept, jsonOf, replied } from "./wire.ts";

/** The share of calls that meet a fault while one that few can meet never came. */
const FIRST = 0.5;

export interface FaultOptions {
  readonly seed: number;
  /** The share of calls that meet a fault. */
  readonly rate: number;
  /** Of one service or of clocks, where it differs. */
  readonly rates?: Partial<Readonly<Record<"http" | "sqs" | "s3" | "clock", number>>>;
  /** A kind that never came goes before the others, and sooner where few calls can meet it: a small run meets every kind. */
  readonly eager?: true;
  /** The kinds to draw from; all of a service's unless told. */
  readonly kinds?: readonly FaultKind[];
  readonly http?: readonly HttpFaultKind[];
  readonly sqs?: readonly SqsFaultKind[];
  readonly s3?: readonly S3FaultKind[];
  readonly clock?: readonly ClockFaultKind[];
}

export interface FaultGate {
  /** For `testDatabase({ wrap })` and `soundcloudWorld({ wrap })`: under the SDK's own repeats. */
  readonly wrap: Wrap;
  /** Around the request handler of a client of SQS, and of one of S3. */
  readonly sqs: Wrap;
  readonly s3: Wrap;
  fetch(send: Fetch): Fetch;
  /** The clock of one process: by chance it stands wrong for as long as the process lives. */
  clock(clock: Clock): Clock;
  /** How often each kind came. */
  readonly fired: Readonly<Record<string, number>>;
  /** All faults together. */
  readonly faults: number;
  readonly calls: number;
  /** The kinds that never came: a run that meets some proves nothing about them. */
  unfired(kinds: readonly string[]): string[];
  /** From now on things fail; before, nothing does, for setting up. */
  start(): void;
  /** From now on nothing fails, for reading what is stored. Resolves when the last slow request has been carried out. */
  stop(): Promise<void>;
}

/** Faults by chance, from a seed and counted, between `start` and `stop`. */
export const faultGate = (options: FaultOptions): FaultGate => {
  const {
    seed,
    rate,
    rates = {},
    eager,
    kinds = FAULT_KINDS,
    http = HTTP_FAULT_KINDS,
    sqs = SQS_FAULT_KINDS,
    s3 = S3_FAULT_KINDS,
    clock = CLOCK_FAULT_KINDS,
  } = options;
  const random = randomOf(seed);
  const fired: Record<string, number> = {};
  const seen = new Map<string, Reply>();
  const pending = new Set<Promise<unknown>>();
  let [calls, faults, on] = [0, 0, false];

  const count = <K extends string>(kind: K): K => {
    faults += 1;
    fired[kind] = (fired[kind] ?? 0) + 1;
    return kind;
  };
  const late = (work: Promise<unknown>): void => {
    const settled = work.catch(() => undefined).finally(() => pending.delete(settled));
    pending.add(settled);
  };
  const times = (kind: string): number => fired[kind] ?? 0;
  const draw = <K extends string>(possible: readonly K[], isNew: (kind: K) => boolean = (kind) => times(kind) === 0): K => {
    const fresh = eager ? possible.filter(isNew) : [];
    return count(pick(random, fresh.length > 0 ? fresh : possible));
  };
  /** The call with a fault, if it meets one; as it would be otherwise. */
  const pass = <C extends Circumstances, R>(
    call: C,
    table: Readonly<Record<string, Kind<C, R>>>,
    wanted: readonly string[],
    go: () => R | Promise<R>,
    share = rate,
  ): R | Promise<R> => {
    if (!on) return go();
    calls += 1;
    const meets = (kind: string): boolean => table[kind]!.when(call);
    const isNew = (kind: string): boolean => [kind, table[kind]!.leads_to ?? kind].some((one) => wanted.includes(one) && times(one) === 0);
    const isRare = eager && wanted.some((kind) => table[kind]!.when !== always && isNew(kind) && meets(kind));
    const possible = random() < (isRare ? Math.max(share, FIRST) : share) ? wanted.filter(meets) : [];
    return possible.length > 0 ? table[draw(possible, isNew)]!.answer(call) : go();
  };

  return {
    wrap: (handler) =>
      intercept(handler, async (call) => {
        const text = call.operation === "Query" ? JSON.stringify(call.body) : "";
        return pass({ ...call, random, late, earlier: seen.get(text) }, KINDS, kinds, async () => {
          const reply = await call.forward();
          if (!on || call.operation !== "Query" || call.body.IndexName === undefined) return reply;
          const copy = replied(reply.response.statusCode, await jsonOf(reply));
          seen.set(text, copy);
          return copy;
        });
      }),
    sqs: (handler) => intercept(handler, async (call) => pass({ ...call, random, late }, SQS_KINDS, sqs, () => call.forward(), rates.sqs)),
    s3: (handler) =>
      around(handler, async (request, given) => {
        const forward = (): Promise<Reply> => handler.handle(request, given);
        return pass({ request, forward, random, late }, S3_KINDS, s3, forward, rates.s3);
      }),
    fetch:
      (send) =>
      async (...given: Parameters<Fetch>) => {
        const forward = (): Promise<Response> => send(...given);
        return pass({ forward, random, late }, HTTP_KINDS, http, forward, rates.http);
      },
    clock: (right) => {
      calls += on ? 1 : 0;
      if (!on || random() >= (rates.clock ?? rate)) return right;
      const kind = draw(clock);
      return { now: () => new Date(CLOCK_KINDS[kind](right.now())) };
    },
    fired,
    get faults() {
      return faults;
    },
    get calls() {
      return calls;
    },
    unfired: (wanted) => wanted.filter((kind) => times(kind) === 0),
    start: () => void (on = true),
    stop: async () => {
      on = false;
      await Promise.all(pending);
    },
  };
};
