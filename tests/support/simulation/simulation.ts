import { AsyncLocalStorage } from "node:async_hooks";
import type { Ids } from "../../../shared/kernel/context.ts";
import type { Database, Op } from "../../../shared/kernel/table/database.ts";
import type { Table } from "../../../shared/kernel/table/table.ts";
import { type TestClock, testIds } from "../dynamo.ts";
import { Crash } from "../faults/crash.ts";
import { randomOf } from "../faults/random.ts";
import { type EventQueue, eventQueue } from "./event-queue.ts";
import { type Arrival, type FaultPlan, MOST_LAG_MS, type Rates, type SimulatedFault, answerWith, faultFor, faultPlanOf } from "./faults.ts";
import { type MemoryStore, memoryStore } from "./memory-store.ts";
import { traceOf } from "./trace.ts";
import { inVirtualTime } from "./virtual-time.ts";

export interface SimulationOptions {
  readonly seed: number;
  readonly tables: readonly Pick<Table, "id" | "gsis">[];
  /** The kinds that the seed may draw from; all unless told, none for a run without faults. */
  readonly kinds?: readonly SimulatedFault[];
  readonly rates?: Rates;
  readonly start?: string;
  /** A mistake of the code itself, above the faults. */
  readonly mutant?: ((db: Database) => Database) | undefined;
}

/** One worker of the simulated system. It does one thing at a time, and a crash of it is a crash of that. */
export interface Lane {
  readonly db: Database;
  /** Runs as a process of its own. When it crashes, this rejects with a Crash, and whatever it still waits for never answers. */
  run<T>(work: () => Promise<T>): Promise<T>;
}

export interface Simulation {
  readonly clock: TestClock;
  readonly ids: Ids;
  readonly random: () => number;
  /** The store itself, at once and without faults: to set up and to look. */
  readonly store: MemoryStore;
  readonly plan: FaultPlan;
  lane(): Lane;
  /** Resolves after so much simulated time. */
  sleep(ms: number): Promise<void>;
  /** From now on things fail, and clocks are off. */
  begin(): void;
  /** From now on nothing fails; what is late has arrived. */
  end(): void;
}

export interface Simulated<T> {
  readonly result: T;
  /** A digest of every call: who made it when, what it named, how it ended, which fault it met. */
  readonly trace: string;
  readonly calls: number;
  readonly fired: Readonly<Partial<Record<SimulatedFault, number>>>;
  readonly simulated_ms: number;
  readonly plan: FaultPlan;
}

const LONGEST_ANSWER_MS = 20;
const immediate = setImmediate;
/** Comes back when everything that could go on without a new event has gone on. */
const settled = (): Promise<void> => new Promise((resolve) => void immediate(resolve));

/**
 * Runs real code in a world whose time, chance, storage and failures follow from a seed: the same seed is the same run,
 * call for call. Throws when nothing is left to happen and `work` has not ended.
 */
export const simulate = async <T>(options: SimulationOptions, work: (simulation: Simulation) => Promise<T>): Promise<Simulated<T>> => {
  const random = randomOf(options.seed);
  const time = { now: 0 };
  const events = eventQueue();
  const trace = traceOf();
  const run = worldOf(options, random, time, events, trace);
  const after = (ms: number, then: () => void): void => events.add(time.now + Math.max(0, ms), then);
  return inVirtualTime({ random, after }, async () => {
    const ending = { ended: false };
    const result = work(run.simulation).finally(() => (ending.ended = true));
    result.catch(() => undefined);
    await settled();
    while (!ending.ended) {
      const event = events.next();
      if (!event) throw new Error(`Seed ${options.seed}: nothing is left to happen, and the run has not ended.`);
      time.now = event.at;
      event.run();
      await settled();
    }
    return { result: await result, trace: trace.digest(), calls: trace.calls, fired: run.fired, simulated_ms: time.now, plan: run.simulation.plan };
  });
};

type Trace = ReturnType<typeof traceOf>;

const worldOf = (
  { tables, kinds, rates, start = "2026-11-20T09:00:00.000Z", mutant }: SimulationOptions,
  random: () => number,
  time: { now: number },
  events: EventQueue,
  trace: Trace,
) => {
  const plan: FaultPlan = kinds?.length === 0 ? { active: [], rate: 0 } : faultPlanOf(random, kinds, rates);
  const fired: Partial<Record<SimulatedFault, number>> = {};
  const count = (kind: SimulatedFault): void => void (fired[kind] = (fired[kind] ?? 0) + 1);
  let [on, offset, drawn, lanes] = [false, 0, 0, 0];
  const lag = (): number => (on && plan.active.includes("stale_index") && random() < 0.5 ? random() * MOST_LAG_MS : 0);
  const store = memoryStore(tables, { now: () => time.now, lag });
  let base = Date.parse(start);
  const clock: TestClock = {
    now: () => new Date(base + time.now + offset),
    advance: (ms) => void (base += ms),
    set: (to) => void (base = Date.parse(to) - time.now),
  };
  const after = (ms: number, run: () => void): void => events.add(time.now + ms, run);

  const arrive = (op: Op, input: any): { fault: SimulatedFault | undefined; answer: () => any } => {
    const execute = (given: any = input, stale_ms = 0): any => store.execute(op, given, stale_ms);
    const call: Arrival = { op, input, random, execute, later: after, jump: (ms) => void (offset = ms) };
    const fault = on ? faultFor(plan, call) : undefined;
    if (fault) count(fault);
    else if (op === "Query" && input.IndexName !== undefined && store.table(input.TableName).lags()) count("stale_index");
    return { fault, answer: () => (fault ? answerWith(fault, call) : execute()) };
  };

  const lane = (): Lane => {
    const number = lanes++;
    // Each run of the lane's process knows the life that it began in, wherever it waits.
    const lives = new AsyncLocalStorage<number>();
    let life = 0;
    let die: ((crash: Crash) => void) | undefined;
    const send: Database["send"] = (op, pattern, input) =>
      new Promise((resolve, reject) => {
        const born = lives.getStore() ?? life;
        // A branch of a process that is dead does nothing any more.
        if (born !== life) return;
        after(random() * LONGEST_ANSWER_MS, () => {
          // What a process had under way when it died may still arrive.
          if (born !== life && random() < 0.5) return;
          const { fault, answer } = arrive(op, input);
          let outcome = "ok";
          try {
            const reply = answer();
            if (born === life) resolve(reply);
          } catch (error) {
            outcome = (error as Error).name;
            if (born !== life) return;
            if (error instanceof Crash) {
              life += 1;
              die?.(error);
            } else reject(error as Error);
          } finally {
            trace.add(time.now, number, op, pattern, input, outcome, fault);
          }
        });
      });
    const db: Database = { physical: (id) => store.db.physical(id), send };
    return {
      db: mutant ? mutant(db) : db,
      run: (work) =>
        new Promise((resolve, reject) => {
          die = reject;
          lives.run(life, work).then(resolve, reject);
        }),
    };
  };

  const simulation: Simulation = {
    clock,
    ids: testIds(clock, () => drawn++),
    random,
    store,
    plan,
    lane,
    sleep: (ms) => new Promise((resolve) => after(ms, resolve)),
    begin: () => void (on = true),
    end: () => void ([on, offset] = [false, 0]),
  };
  return { simulation, fired };
};
