import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { Fetch } from "./http.ts";
import { pick, randomOf } from "./random.ts";
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
  /** Tries only so many points, spread over the job and drawn by its title; at least one. */
  readonly most?: number;
  /** What the points are drawn by, so that they lie elsewhere in another job. */
  readonly title?: string;
  /** Crashes again in the recovery, at so many pairs of points drawn from a seed; none unless told. */
  readonly pairs?: number;
}
export interface CrashCount {
  readonly calls: number;
  readonly points: number;
  readonly pairs: number;
}

interface Point {
  readonly call: number;
  readonly time: CrashTime;
}

const MOST_RUNS = 4;
const TIMES = ["before", "after"] as const;

/** Every point of a job, in the order in which a run comes by them. */
const pointsOf = (calls: number): Point[] => Array.from({ length: calls }, (_, at) => TIMES.map((time) => ({ call: at + 1, time }))).flat();

/**
 * Some of a job's points: after its last call, when all is done and nobody knows, and one in each of as many stretches of
 * equal length as are left, drawn by the title. Before its first call nothing has happened, so that point is none of them.
 */
const pointsDrawn = (calls: number, { most = Infinity, title = "" }: Pick<CrashJob<unknown>, "most" | "title">): Point[] => {
  const all = pointsOf(calls);
  if (all.length <= most) return all;
  const [between, last] = [all.slice(1, -1), all.slice(-1)];
  const random = randomOf(createHash("sha256").update(title).digest().readUInt32BE());
  const stretches = most - last.length;
  const startOf = (stretch: number): number => Math.floor((stretch * between.length) / stretches);
  return [...Array.from({ length: stretches }, (_, n) => pick(random, between.slice(startOf(n), startOf(n + 1)))), ...last];
};

const told = ({ call, time }: Point): string => `${time} call ${call}`;

/**
 * Counts the calls of a job that runs through, then runs it again for each of them, dying before it and after it, and
 * resumes it until it ends; then at pairs of calls, the second in the recovery from the first. Throws when a resumed job
 * ends in another state than the undisturbed one.
 */
export const crashPoints = async <W>(job: CrashJob<W>): Promise<CrashCount> => {
  const gate = crashGate();
  const fresh = async (): Promise<W> => {
    gate.revive();
    return job.world(gate);
  };
  const undisturbed = await fresh();
  gate.revive();
  await job.run(undisturbed);
  const { calls } = gate;
  const expected = await job.state(undisturbed);

  /** False when the run ended before it came to the call. */
  const dies = async (place: W, { call, time }: Point): Promise<boolean> => {
    gate.arm(call, time);
    await job.run(place).catch(() => undefined);
    return gate.crashed;
  };
  const endsAsExpected = async (place: W, ...deaths: readonly Point[]): Promise<void> => {
    await resume(place, { gate, run: (world) => job.run(world) });
    const found = await job.state(place);
    if (isDeepStrictEqual(found, expected)) return;
    const how = deaths.map(told).join(" and in the recovery ");
    throw new Error(`Dead ${how} of ${calls}, resumed, the job ends in another state.\n${JSON.stringify(found)}\ninstead of\n${JSON.stringify(expected)}`);
  };

  const points = pointsDrawn(calls, job);
  for (const point of points) {
    const place = await fresh();
    if (!(await dies(place, point))) throw new Error(`The run did not reach call ${point.call}: its calls differ from those of the first run.`);
    await endsAsExpected(place, point);
  }
  const random = randomOf(calls);
  const draw = (): Point => ({ call: 1 + Math.floor(random() * calls), time: pick(random, TIMES) });
  let pairs = 0;
  for (let tried = 0; tried < (job.pairs ?? 0); tried++) {
    const [first, second] = [draw(), draw()];
    const place = await fresh();
    await dies(place, first);
    if (await dies(place, second)) pairs += 1;
    await endsAsExpected(place, first, second);
  }
  return { calls, points: points.length, pairs };
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
