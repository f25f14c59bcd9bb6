import { expect } from "vitest";
import type { CrashGate, CrashJob } from "../faults/crash.ts";

/** A job for `crashPoints`; `close` ends what it has started. */
export interface OpenCase {
  readonly job: CrashJob<unknown>;
  close(): Promise<void>;
}

/** A job with what it starts from and what it must end in, wherever it is stopped. */
export interface CrashCase {
  readonly title: string;
  open(): OpenCase;
}

interface Parts<Place, Started> {
  /** Tables, sandboxes and ports under the gate: made once, since every run starts in an org of its own. */
  place(gate: CrashGate): Promise<Place>;
  start(place: Place): Promise<Started>;
  /** One delivery; rejects when the queue would deliver again. */
  run(place: Place, started: Started): Promise<unknown>;
  /** Told without ids and times that differ from org to org. */
  state(place: Place, started: Started): Promise<object>;
  /** A part of that state, by which it is seen that the job did its work at all. */
  readonly ends: object;
  stop?(place: Place): Promise<void>;
  /** Each run has a place of its own, because its state is told from the whole table. */
  readonly alone?: true;
}

export const crashCase = <Place, Started>(title: string, { place, start, run, state, ends, stop, alone }: Parts<Place, Started>): CrashCase => ({
  title,
  open: () => {
    let made: Place | undefined;
    const close = async (): Promise<void> => {
      const last = made;
      made = undefined;
      if (last) await stop?.(last);
    };
    const job: CrashJob<{ at: Place; started: Started }> = {
      world: async (gate) => {
        if (alone) await close();
        const at = (made ??= await place(gate));
        return { at, started: await start(at) };
      },
      run: ({ at, started }) => run(at, started),
      state: async ({ at, started }) => {
        const ended = await state(at, started);
        expect(ended).toMatchObject(ends);
        return ended;
      },
    };
    return { job: job as CrashJob<unknown>, close };
  },
});

/** For `run`: what a worker reports as failed is delivered again. */
export const requireDone = async (failed: Promise<number>): Promise<void> => {
  if ((await failed) > 0) throw new Error("The record failed and is delivered again.");
};
