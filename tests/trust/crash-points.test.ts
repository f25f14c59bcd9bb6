import { describe, expect, it } from "vitest";
import { platforms } from "../../infra/platforms.ts";
import { crashCases } from "../support/crash-jobs/jobs.ts";
import { crashPoints } from "../support/faults/crash.ts";
import { atSize, figures } from "../support/figures.ts";

const MOST_POINTS = atSize({ test: 1, soak: Infinity });
const PAIRS = atSize({ test: 0, soak: 40 });
/** All jobs at full size; here these, and one in three of the others. */
const ALWAYS = new Set([
  "soundcloud/process-import",
  "soundcloud/build-queue",
  "soundcloud/grant-credits",
  "soundcloud/verify-proof",
  "soundcloud/check-clocks",
  "social/archive-month",
]);
const EACH = atSize({ test: 3, soak: 1 });
const TIMEOUT_MS = atSize({ test: 180_000, soak: 7_200_000 });

const jobs = platforms.flatMap(({ platform: { id, lambdas } }) =>
  Object.entries(lambdas).flatMap(([name, { trigger }]) => (trigger === "api" ? [] : [`${id}/${name}`])),
);

describe("stopped before and after each of its outside calls and started again", () => {
  it("every declared job has a case", () => {
    const missing = jobs.filter((job) => !crashCases[job]);
    expect(
      missing,
      `Nobody knows what becomes of ${missing.join(", ")} when it stops half-way. Write a crashCase that starts it, delivers to it and tells its end, and enter it in tests/support/crash-jobs/jobs.ts.`,
    ).toEqual([]);
    expect(Object.keys(crashCases).filter((job) => !jobs.includes(job))).toEqual([]);
  });

  const cases = Object.entries(crashCases).flatMap(([name, some]) => some.map((one) => ({ name, title: one.title, one })));
  it.each(cases.filter(({ name }, at) => ALWAYS.has(name) || at % EACH === 0))(
    "$name: $title ends the same",
    async ({ one }) => {
      const { job, close } = one.open();
      try {
        const { calls, points, pairs } = await crashPoints({ ...job, most: MOST_POINTS, pairs: PAIRS });
        expect(points).toBe(Math.min(2 * calls, MOST_POINTS));
        figures("R6", { [`${one.title}: calls`]: calls, [`${one.title}: points`]: points, [`${one.title}: pairs`]: pairs });
      } finally {
        await close();
      }
    },
    TIMEOUT_MS,
  );
});
