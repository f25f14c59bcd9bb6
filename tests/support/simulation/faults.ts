import type { Op } from "../../../shared/kernel/table/database.ts";
import { Crash } from "../faults/crash.ts";
import { pick } from "../faults/random.ts";
import { cancelled } from "./memory-store.ts";

/** One request at the moment at which the store would answer it. */
export interface Arrival {
  readonly op: Op;
  readonly input: any;
  readonly random: () => number;
  execute(input?: any, stale_ms?: number): any;
  /** Runs something so much later. */
  later(ms: number, run: () => void): void;
  /** Sets the clock so far off. */
  jump(ms: number): void;
}
interface Kind {
  readonly when: (call: Arrival) => boolean;
  /** The reply, or what is thrown at the caller. */
  readonly answer: (call: Arrival) => any;
}

const MINUTES_5 = 300_000;
const LATEST_MS = 60_000;
export const MOST_LAG_MS = 5_000;

const failed = (name: string, attempts = 4): Error => Object.assign(new Error("injected"), { name, $metadata: { httpStatusCode: 400, attempts } });
const noAnswer = (): Error => Object.assign(new Error("injected: read ECONNRESET"), { name: "TimeoutError", code: "ECONNRESET", $metadata: { attempts: 4 } });
const cancelledBy = ({ input, random }: Arrival, Code: string): Error => {
  const at = Math.floor(random() * input.TransactItems.length);
  return cancelled(input.TransactItems.map((_: unknown, item: number) => (item === at ? { Code, Message: "injected" } : { Code: "None" })));
};

const quietly = (work: () => unknown): boolean => {
  try {
    work();
    return true;
  } catch {
    return false;
  }
};

/** The SDK repeats a request whose answer was lost. A transaction carries a token and counts once; another write is carried out again. */
const repeated = ({ op, execute }: Arrival): any => {
  const stored = quietly(() => execute());
  if (stored && op === "TransactWrite") return {};
  try {
    return execute();
  } catch (error) {
    throw Object.assign(error as Error, { $metadata: { httpStatusCode: 400, attempts: 2 } });
  }
};

const halfOf = ({ op, input, execute }: Arrival): any => {
  const [[table, requests]] = Object.entries<any>(input.RequestItems) as [[string, any]];
  const all: unknown[] = op === "BatchGet" ? requests.Keys : requests;
  const part = (some: unknown[]): unknown => (op === "BatchGet" ? { ...requests, Keys: some } : some);
  const cut = Math.floor(all.length / 2);
  const reply = cut === 0 ? { Responses: { [table]: [] } } : execute({ ...input, RequestItems: { [table]: part(all.slice(0, cut)) } });
  return { ...reply, [op === "BatchGet" ? "UnprocessedKeys" : "UnprocessedItems"]: { [table]: part(all.slice(cut)) } };
};

const WRITES: ReadonlySet<Op> = new Set(["Put", "Update", "Delete", "TransactWrite", "BatchWrite"]);
const SINGLE: ReadonlySet<Op> = new Set(["Put", "Update", "Delete"]);
const isWrite = ({ op }: Arrival): boolean => WRITES.has(op);
const isTransaction = ({ op }: Arrival): boolean => op === "TransactWrite";
const isBatch = ({ op }: Arrival): boolean => op === "BatchGet" || op === "BatchWrite";
const always = (): boolean => true;

/**
 * What happens to a caller above the SDK, whose own repeats are over by then. A failed condition is never faked. The
 * two that lie are `stale_index`, which comes by the store's own lag, and `stale_read`.
 */
const KINDS = {
  throttled: {
    when: always,
    answer: () => {
      throw failed("ThrottlingException");
    },
  },
  throughput_exceeded: {
    when: always,
    answer: () => {
      throw failed("ProvisionedThroughputExceededException");
    },
  },
  unavailable: {
    when: always,
    answer: () => {
      throw failed("ServiceUnavailable");
    },
  },
  conflict: {
    when: isTransaction,
    answer: (call) => {
      throw cancelledBy(call, "TransactionConflict");
    },
  },
  throttled_in_transaction: {
    when: isTransaction,
    answer: (call) => {
      throw cancelledBy(call, "ThrottlingError");
    },
  },
  write_in_conflict: {
    when: ({ op }) => SINGLE.has(op),
    answer: () => {
      throw failed("TransactionConflictException", 1);
    },
  },
  lost_answer: {
    when: isWrite,
    answer: ({ execute }) => {
      quietly(() => execute());
      throw noAnswer();
    },
  },
  /** Given up by the caller, stored long afterwards. */
  late_write: {
    when: isWrite,
    answer: ({ execute, later, random }) => {
      later(random() * LATEST_MS, () => void quietly(() => execute()));
      throw noAnswer();
    },
  },
  sent_twice: { when: isWrite, answer: repeated },
  unprocessed: { when: isBatch, answer: halfOf },
  short_page: {
    when: ({ op, input }) => op === "Query" && input.Limit !== 1,
    answer: ({ input, execute, random }) => execute({ ...input, Limit: Math.min(input.Limit ?? 4, 1 + Math.floor(random() * 3)) }),
  },
  empty_page: {
    when: ({ op, input }) => op === "Query" && input.ExclusiveStartKey !== undefined,
    answer: ({ input }) => ({ Items: [], Count: 0, ScannedCount: 0, LastEvaluatedKey: input.ExclusiveStartKey }),
  },
  stale_read: {
    when: ({ op, input }) => (op === "Get" && !input.ConsistentRead) || (op === "BatchGet" && !Object.values<any>(input.RequestItems)[0].ConsistentRead),
    answer: ({ execute, input }) => execute(input, MOST_LAG_MS),
  },
  stale_index: { when: () => false, answer: ({ execute }) => execute() },
  clock_jump: {
    when: always,
    answer: ({ execute, jump, random }) => {
      jump((random() * 2 - 1) * MINUTES_5);
      return execute();
    },
  },
  crash_before: {
    when: always,
    answer: ({ op }) => {
      throw new Crash(`before ${op}`);
    },
  },
  crash_after: {
    when: isWrite,
    answer: ({ op, execute }) => {
      quietly(() => execute());
      throw new Crash(`after ${op}`);
    },
  },
} satisfies Record<string, Kind>;
export type SimulatedFault = keyof typeof KINDS;
export const SIMULATED_FAULTS = Object.keys(KINDS) as SimulatedFault[];

/** What a seed decides about a run's faults: few kinds, but often, so that they meet each other. */
export interface FaultPlan {
  readonly active: readonly SimulatedFault[];
  /** The share of calls that meet one of them, where one is possible. */
  readonly rate: number;
}

const ACTIVE = 0.25;
/** The least and the most that a run's rate may be. */
export type Rates = readonly [number, number];
const RATES: Rates = [0.05, 0.15];

/** Each kind is active in a quarter of the runs; at least one is in each. */
export const faultPlanOf = (random: () => number, kinds: readonly SimulatedFault[] = SIMULATED_FAULTS, [least, most]: Rates = RATES): FaultPlan => {
  const drawn = kinds.filter(() => random() < ACTIVE);
  return { active: drawn.length > 0 ? drawn : [pick(random, kinds)], rate: least + random() * (most - least) };
};

/** The fault that this call meets, if any. */
export const faultFor = ({ active, rate }: FaultPlan, call: Arrival): SimulatedFault | undefined => {
  if (call.random() >= rate) return undefined;
  const possible = active.filter((kind) => KINDS[kind].when(call));
  return possible.length === 0 ? undefined : pick(call.random, possible);
};

export const answerWith = (kind: SimulatedFault, call: Arrival): any => (KINDS[kind] as Kind).answer(call);
