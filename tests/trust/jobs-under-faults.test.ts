import { describe, expect, it } from "vitest";
import { type FaultJob, type Stage, faultJobs } from "../support/fault-jobs.ts";
import { CLOCK_FAULT_KINDS } from "../support/faults/clock.ts";
import { type FaultGate, faultGate } from "../support/faults/gate.ts";
import { HTTP_FAULT_KINDS } from "../support/faults/http.ts";
import { FAULT_KINDS } from "../support/faults/kinds.ts";
import { S3_FAULT_KINDS } from "../support/faults/s3.ts";
import { SQS_FAULT_KINDS } from "../support/faults/sqs.ts";
import { atSize, figures } from "../support/figures.ts";
import { underFaults } from "../support/under-faults.ts";

/** Of each job, and as many more as it takes to meet every kind that it is to meet. */
const RUNS = atSize({ test: 1, soak: 50 });
const MOST_RUNS = atSize({ test: 60, soak: 200 });
const TIMEOUT_MS = atSize({ test: 120_000, soak: 7_200_000 });
const RATE = 0.08;
const FAMILIES = {
  DynamoDB: FAULT_KINDS,
  "outside services": HTTP_FAULT_KINDS,
  SQS: SQS_FAULT_KINDS,
  S3: S3_FAULT_KINDS,
  clocks: CLOCK_FAULT_KINDS,
} satisfies Record<string, readonly string[]>;

const play = async (job: FaultJob, gate: FaultGate, seed: number, isDisturbed: boolean): Promise<object> => {
  const stops: (() => Promise<unknown>)[] = [];
  const storm = async <T>(work: () => Promise<T>): Promise<T> => {
    if (isDisturbed) gate.start();
    try {
      return await work();
    } finally {
      await gate.stop();
    }
  };
  const open = async (wish: Parameters<Stage["open"]>[0]) => {
    const under = await underFaults({ ...wish, gate, seed });
    stops.push(under.stop);
    return under;
  };
  try {
    return await job.play({ wrap: gate.wrap, open, storm, closes: (stop) => void stops.push(stop) });
  } finally {
    for (const stop of stops) await stop();
  }
};

describe("jobs, while everything that they call fails now and then", () => {
  const met: Record<string, number> = {};
  let runs = 0;

  // As the list in tables-setup.ts, which ends it.
  it.each(faultJobs)(
    "$title ends as if nothing had failed",
    async (job) => {
      const { rate, clock } = job;
      const gate = faultGate({ seed: 11, rate: RATE, rates: { http: rate, s3: rate, sqs: 0.6, clock: 0.4 }, eager: true, clock });
      const undisturbed = await play(job, gate, 0, false);
      expect(undisturbed).toMatchObject(job.ends);
      expect(gate.faults).toBe(0);
      let seed = 0;
      while (seed < RUNS || (seed < MOST_RUNS && gate.unfired(job.meets).length > 0)) {
        seed += 1;
        expect(await play(job, gate, seed, true), `Run ${seed}`).toEqual(undisturbed);
      }
      expect(gate.unfired(job.meets)).toEqual([]);
      runs += seed;
      for (const [kind, times] of Object.entries(gate.fired)) met[kind] = (met[kind] ?? 0) + times;
    },
    TIMEOUT_MS,
  );

  it("they met every kind of fault there is", () => {
    const kinds = Object.values(FAMILIES).flat();
    expect(kinds.filter((kind) => !met[kind])).toEqual([]);
    const timesOf = (family: readonly string[]): number => family.reduce((sum, kind) => sum + met[kind]!, 0);
    figures("R4", {
      "runs of jobs under faults": runs,
      "kinds of faults met by jobs": Object.keys(met).length,
      ...Object.fromEntries(Object.entries(FAMILIES).map(([name, family]) => [`faults of ${name} met by jobs`, timesOf(family)])),
    });
  });
});
