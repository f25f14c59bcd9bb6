import { describe, expect, it } from "vitest";
import { platforms } from "../../infra/platforms.ts";
import { crashCases } from "../support/crash-jobs/jobs.ts";
import { crashPoints } from "../support/faults/crash.ts";
import { atSize, figures } from "../support/figures.ts";

const MOST_POINTS = atSize({ test: 1, soak: Infinity });
const PAIRS = atSize({ test: 0, soak: 40 });
const TIMEOUT_MS = atSize({ test: 180_000, soak: 7_200_000 });

const jobs = platforms.flatMap(({ platform: { id, lambdas } }) =>
  Object.entries(lambdas).flatMap(([name, { trigger }]) => (trigger === "api" ? [] : [`${id}/${name}`])),
);

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

  it.each(Object.entries(crashCases).flatMap(([name, cases]) => cases.map((one) => ({ name, title: one.title, one }))))(
    "$name: $title ends the same",
    async ({ one }) => {
      const { job, close } = one.open();
      try {
        const { calls, points, pairs } = await crashPoints({ ...job, most: MOST_POINTS, pairs: PAIRS });
        expect(points).toBe(Math.min(2 * calls, MOST_POINTS));
        counted.cases += 1;
        counted.calls += calls;
        counted.points += points;
        counted.pairs += pairs;
      } finally {
        await close();
      }
    },
    TIMEOUT_MS,
  );

  it("are counted", () => {
    expect(counted.cases).toBeGreaterThanOrEqual(jobs.length);
    figures("R6", { jobs: jobs.length, cases: counted.cases, calls: counted.calls, "crashed at": counted.points, "crashed at two": counted.pairs });
  });
});
