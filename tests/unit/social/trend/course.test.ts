import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Course, TREND_TRANSITIONS, advance, beginning } from "../../../../shared/social/trend/course.ts";
import { measure } from "../../../../shared/social/trend/detection.ts";

const DAY = "2026-11-20";
const rules = { day: DAY, min: 50 };
const ZEROS = [0, 0, 0, 0, 0, 0, 0];
const first = (count: number, before: readonly number[]): Course => advance(beginning(DAY), measure({ count, before }), rules);
const then = (from: Course, count: number, before: readonly number[], day = DAY): Course => advance(from, measure({ count, before }), { day, min: 50 });
/** Seven equal windows, so that anything far above them is significant. */
const flat = (n: number): number[] => Array.from({ length: 7 }, () => n);

describe("an episode's first evaluation", () => {
  it.each([
    { count: 90, before: [40, 42, 38, 41, 39, 40, 60], status: "emerging" },
    { count: 60, before: [50, 49, 55, 52, 48, 51, 50], status: "emerging" },
    { count: 51, before: [40, 38, 41, 42, 39, 40, 40], status: "emerging" },
    { count: 300, before: ZEROS, status: "emerging" },
    { count: 200, before: [10, 12, 9, 11, 10, 8, 10], status: "trending" },
    { count: 70, before: flat(100), status: "declining" },
  ])("$count after $before is $status", ({ count, before, status }) => {
    expect(first(count, before)).toMatchObject({ trend_status: status, mention_count: count, peak_mention_count: count, trend_peak_date: DAY });
  });
});

describe("an episode goes on", () => {
  it("trends at its second evaluation in a row that does not fall, while it is significant", () => {
    const detected = first(300, ZEROS);
    expect(then(detected, 300, ZEROS).trend_status).toBe("trending");
    expect(then(detected, 299, ZEROS).trend_status).toBe("emerging");
    expect(then(then(detected, 299, ZEROS), 299, ZEROS).trend_status).toBe("emerging");
    expect(then(then(then(detected, 299, ZEROS), 299, ZEROS), 300, ZEROS).trend_status).toBe("trending");
  });
  it("stays emerging while it is not significant", () => {
    const steady = [50, 49, 55, 52, 48, 51, 50];
    expect([1, 2, 3].reduce((course) => then(course, 60, steady), first(60, steady)).trend_status).toBe("emerging");
  });
  it("declines when it has lost a fifth in a day, or is below seven tenths of its peak", () => {
    const trending = then(first(200, flat(50)), 200, flat(50));
    expect(trending.trend_status).toBe("trending");
    expect(then(trending, 160, flat(200)).trend_status).toBe("declining");
    expect(then(trending, 161, flat(200)).trend_status).toBe("trending");
    expect(then(trending, 140, flat(100)).trend_status).toBe("trending");
    expect(then(trending, 139, flat(100)).trend_status).toBe("declining");
  });
  it("revives when it grows by a quarter and is significant, and its next fall is measured from there", () => {
    const declining = then(then(first(1000, flat(100)), 1000, flat(100)), 300, flat(400));
    expect(declining.trend_status).toBe("declining");
    expect(then(declining, 249, flat(200)).trend_status).toBe("declining");
    const revived = then(declining, 250, flat(200));
    expect(revived).toMatchObject({ trend_status: "trending", wave_peak: 250, peak_mention_count: 1000 });
    expect(then(revived, 251, flat(200)).trend_status).toBe("trending");
  });
  it("expires at the 24th evaluation in a row that does not pass the least count, not at the 23rd", () => {
    const quiet = (n: number): Course => Array.from({ length: n }).reduce<Course>((course) => then(course, 50, flat(50)), first(90, flat(60)));
    expect(quiet(23)).toMatchObject({ trend_status: "declining", quiet_hours: 23 });
    expect(quiet(24).trend_status).toBe("expired");
    expect(then(quiet(23), 51, flat(50)).quiet_hours).toBe(0);
  });
  it("remembers the first day of its greatest count", () => {
    const higher = then(first(90, flat(60)), 120, flat(60), "2026-11-21");
    expect(then(higher, 120, flat(60), "2026-11-22")).toMatchObject({ peak_mention_count: 120, trend_peak_date: "2026-11-21" });
  });

  const evaluation = fc.record({ count: fc.nat(400), before: fc.array(fc.nat(200), { minLength: 7, maxLength: 7 }) });
  it("moves along the declared transitions only, with a peak that is the greatest count", () => {
    fc.assert(
      fc.property(fc.array(evaluation, { minLength: 1, maxLength: 60 }), (evaluations) => {
        let course = beginning(DAY);
        let greatest = 0;
        for (const { count, before } of evaluations) {
          const was = course;
          course = then(was, count, before);
          const moves: readonly string[] = TREND_TRANSITIONS[was.trend_status];
          if (course.trend_status !== was.trend_status) expect(moves).toContain(course.trend_status);
          if (was.trend_status !== "expired") greatest = Math.max(greatest, count);
          expect(course.peak_mention_count).toBe(greatest);
          expect(course.wave_peak).toBeLessThanOrEqual(greatest);
        }
      }),
      { seed: 1 },
    );
  });
});
