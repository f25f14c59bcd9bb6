import { describe, expect, it } from "vitest";
import { shiftOf } from "../../../../shared/soundcloud/submission/shift.ts";

const planned = { support_date: "2026-12-01", auto_shifted: false };

describe("the shift of a submission", () => {
  it.each([
    ["2026-12-03", { shift_days: 2, auto_shifted: true, shift_reason: "influence_planner" }],
    ["2026-11-30", { shift_days: -1, auto_shifted: true, shift_reason: "influence_planner" }],
    ["2026-12-01", { auto_shifted: false }],
    [undefined, { auto_shifted: false }],
  ])("planned for 2026-12-01 and scheduled for %s", (scheduled_date, shift) => {
    expect(shiftOf({ ...planned, scheduled_date })).toEqual(shift);
  });
  it("is none without a day that we planned", () => {
    expect(shiftOf({ scheduled_date: "2026-12-03", auto_shifted: false })).toEqual({ auto_shifted: false });
  });
  it("keeps the reason of a queue that left it to the next day", () => {
    const shifted = { ...planned, auto_shifted: true, shift_reason: "no_supporter" };
    expect(shiftOf(shifted)).toEqual({ auto_shifted: true, shift_reason: "no_supporter" });
    expect(shiftOf({ ...shifted, scheduled_date: "2026-12-02" })).toEqual({ shift_days: 1, auto_shifted: true, shift_reason: "no_supporter" });
  });
});
