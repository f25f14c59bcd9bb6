import { describe, expect, it } from "vitest";
import { nextPeriod, periodOf, periodsBetween, weekBegins } from "../../../../shared/kernel/schedule/period.ts";

describe("ISO weeks", () => {
  it.each([
    ["2026-11-30", "2026-W49"],
    ["2026-12-06T23:59:59.999Z", "2026-W49"],
    ["2026-12-31", "2026-W53"],
    ["2027-01-03", "2026-W53"],
    ["2027-01-04", "2027-W01"],
    ["2024-12-30", "2025-W01"],
    ["2023-01-01", "2022-W52"],
  ])("%s is in %s", (day, week) => {
    expect(periodOf("week", new Date(day))).toBe(week);
  });
  it("follow each other, across years too, and begin on Mondays at midnight", () => {
    expect(periodsBetween("week", "2026-W51", "2027-W02")).toEqual(["2026-W51", "2026-W52", "2026-W53", "2027-W01", "2027-W02"]);
    let week = "2020-W01";
    for (let n = 0; n < 600; n++) {
      const begins = weekBegins(week);
      expect([begins.getUTCDay(), begins.getTime() % 86_400_000, periodOf("week", begins)]).toEqual([1, 0, week]);
      week = nextPeriod("week", week);
    }
  });
});
