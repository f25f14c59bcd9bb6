import { describe, expect, it } from "vitest";
import { platforms } from "../../infra/platforms.ts";
import type { Lambda } from "../../shared/kernel/lambda.ts";
import type { CrashCase } from "../support/crash-jobs/crash-case.ts";
import { crashCases } from "../support/crash-jobs/jobs.ts";
import { doingItTwice, storing, undisturbed } from "../support/crash-jobs/mutants.ts";
import { type CrashCount, crashPoints } from "../support/faults/crash.ts";
import { atSize, figures } from "../support/figures.ts";

const MOST_POINTS = atSize({ test: 2, soak: Infinity });
const PAIRS = atSize({ test: 0, soak: 40 });
const TIMEOUT_MS = atSize({ test: 180_000, soak: 7_200_000 });

/** What is not called by somebody who waits for an answer: queues, schedules and streams, and the senders of webhooks. */
const isJob = (lambda: Lambda): boolean => lambda.trigger !== "api" || Object.values(lambda.resource.routes).some(({ policy }) => policy.kind === "signed");
const jobs = platforms.flatMap(({ platform: { id, lambdas } }) =>
  Object.entries<Lambda>(lambdas).flatMap(([name, lambda]) => (isJob(lambda) ? [`${id}/${name}`] : [])),
);
const cases = Object.entries(crashCases).flatMap(([name, all]) => all.map((one) => ({ name, title: one.title, one })));

/** The points are drawn by it. */
const titleOf = (name: string, { title }: CrashCase): string => `${name}: ${title}`;
const stopEach = async (name: string, one: CrashCase): Promise<CrashCount> => {
  const { job, close } = one.open();
  try {
    return await crashPoints({ ...job, title: titleOf(name, one), most: MOST_POINTS, pairs: PAIRS });
  } finally {
    await close();
  }
};

const stopped = new Set<string>();
const counted = { cases: 0, calls: 0, points: 0, pairs: 0 };

describe("stopped before and after each of its outside calls and started again", () => {
  it("every declared job has a case", () => {
    const missing = jobs.filter((job) => !crashCases[job]);
    expect(
      missing,
      `Nobody knows what becomes of ${missing.join(", ")} when it stops half-way. Write a crashCase that starts it, delivers to it and tells its end, and enter it in tests/support/crash-jobs/jobs.ts.`,
    ).toEqual([]);
    expect(Object.keys(crashCases).filter((job) => !jobs.includes(job))).toEqual([]);
  });

  it.each(cases)(
    "$name: $title ends the same",
    async ({ name, one }) => {
      const { calls, points, pairs } = await stopEach(name, one);
      expect(calls).toBeGreaterThan(0);
      expect(points).toBe(Math.min(2 * calls, MOST_POINTS));
      stopped.add(name);
      counted.cases += 1;
      counted.calls += calls;
      counted.points += points;
      counted.pairs += pairs;
    },
    TIMEOUT_MS,
  );

  it("are counted", () => {
    expect([...stopped].toSorted()).toEqual(jobs.toSorted());
    expect(counted.cases).toBe(cases.length);
    // Of some pairs the second point lies behind the recovery's end.
    expect(counted.pairs).toBeGreaterThanOrEqual((cases.length * PAIRS) / 2);
    figures("R6", { jobs: stopped.size, cases: counted.cases, calls: counted.calls, "crashed at": counted.points, "crashed at two": counted.pairs });
  });
});

describe("as many points as are tried here find a job that does its work twice", () => {
  it.each(Object.entries(doingItTwice))("when %s", async (name, one) => {
    await undisturbed(one);
    await expect(stopEach(name, one)).rejects.toThrow(/another state|to match object/);
  });

  const CALLS = 8;
  const found = (title: string, at: number, noted_at?: number): Promise<boolean> =>
    crashPoints({ ...storing({ at, calls: CALLS, ...(noted_at === undefined ? {} : { noted_at }) }), title, most: MOST_POINTS }).then(
      () => false,
      () => true,
    );
  const titles = cases.map(({ name, one }) => titleOf(name, one));

  it("whichever of its calls that is, in every case", async () => {
    for (let at = 1; at <= CALLS; at++) expect(await Promise.all(titles.map((title) => found(title, at)))).not.toContain(false);
  });

  it("whichever two of its calls it must be stopped between, in some of the cases", async () => {
    for (let at = 1; at < CALLS; at++) expect(await Promise.all(titles.map((title) => found(title, at, at + 1)))).toContain(true);
  });
});
