import { describe, expect, it } from "vitest";
import { daysBetween } from "../../../../shared/kernel/days.ts";
import { isWithin, monthsOf, rateWindow } from "../../../../shared/social/conversion-rate/rate-window.ts";

describe("the window of conversion rates", () => {
  it("is the 90 whole days before a day", () => {
    const window = rateWindow("2026-11-20");
    expect(window).toEqual({ from: "2026-08-22", to: "2026-11-19" });
    expect(daysBetween(window.from, window.to) + 1).toBe(90);
    const times = ["2026-08-21T23:59:59.999Z", "2026-08-22T00:00:00.000Z", "2026-11-19T23:59:59.999Z", "2026-11-20T00:00:00.000Z"];
    expect(times.map((time) => isWithin(window, time))).toEqual([false, true, true, false]);
  });

  it("touches each month once, over the end of a year and of February", () => {
    expect(monthsOf(rateWindow("2026-11-20"))).toEqual(["2026-08", "2026-09", "2026-10", "2026-11"]);
    expect(monthsOf(rateWindow("2027-03-31"))).toEqual(["2026-12", "2027-01", "2027-02", "2027-03"]);
    expect(monthsOf({ from: "2028-02-29", to: "2028-02-29" })).toEqual(["2028-02"]);
  });
});
