import { isDeepStrictEqual } from "node:util";
import type { Fetch } from "./http.ts";
import { type Wrap, around, drained } from "./wire.ts";

/** The process ends here: nothing after it runs, nothing catches it and goes on. */
export class Crash extends Error {
  override readonly name = "Crash";
}

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
