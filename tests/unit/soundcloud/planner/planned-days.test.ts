import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addDays } from "../../../../shared/kernel/days.ts";
import { type Standing, changeDays, daysAfter, firstDay } from "../../../../shared/soundcloud/planner/planned-days.ts";
import { ScheduleStatus } from "../../../../shared/soundcloud/planner/schedule.ts";

const on = (day: string, status: ScheduleStatus = "pending"): Standing => ({ status, scheduled_at: `${day}T18:00:00.000Z` });

describe("the days of a parent's schedules", () => {
  it("count what is planned, and no longer what is cancelled or failed", () => {
    let days = daysAfter({}, [{ to: on("2026-11-22") }, { to: on("2026-11-21") }, { to: on("2026-11-21") }]);
    expect([days, firstDay(days)]).toEqual([{ "2026-11-21": 2, "2026-11-22": 1 }, "2026-11-21"]);
    for (const status of ["cancelled", "failed"] as const) days = daysAfter(days, [{ from: on("2026-11-21", "scheduled"), to: on("2026-11-21", status) }]);
    expect([days, firstDay(days)]).toEqual([{ "2026-11-22": 1 }, "2026-11-22"]);
    expect(firstDay(daysAfter(days, [{ from: on("2026-11-22"), to: on("2026-11-22", "failed") }]))).toBeUndefined();
  });

  it("have no day for a time that nobody knows, until it is carried out", () => {
    const unknown = { status: "scheduled" } as const;
    const done = { status: "completed", completed_at: "2026-11-23T00:00:00.000Z" } as const;
    expect(daysAfter({}, [{ to: unknown }])).toEqual({});
    expect(daysAfter({}, [{ from: unknown, to: done }])).toEqual({ "2026-11-23": 1 });
  });

  it("stay as they are when a schedule is accepted or carried out on its day", () => {
    expect(changeDays([{ from: on("2026-11-21"), to: on("2026-11-21", "scheduled") }])).toBe(false);
    expect(changeDays([{ from: on("2026-11-21", "scheduled"), to: { ...on("2026-11-21", "completed"), completed_at: "2026-11-22T01:00:00.000Z" } }])).toBe(
      false,
    );
    expect(changeDays([{ from: on("2026-11-21", "failed"), to: on("2026-11-21", "completed") }])).toBe(true);
  });

  it("are a year's worth at most, of which the latest are let go", () => {
    const days = daysAfter(
      {},
      Array.from({ length: 400 }, (_, n) => ({ to: on(addDays("2026-11-21", 399 - n)) })),
    );
    expect([Object.keys(days).length, firstDay(days)]).toEqual([366, "2026-11-21"]);
  });

  it("are those of the schedules, whatever happened to them in whatever order", () => {
    const step = fc.record({ schedule: fc.nat(5), status: fc.constantFrom(...ScheduleStatus.options) });
    fc.assert(
      fc.property(fc.array(fc.nat(9), { minLength: 6, maxLength: 6 }), fc.array(step, { maxLength: 40 }), (offsets, steps) => {
        const schedules: Standing[] = offsets.map((offset) => on(addDays("2026-11-21", offset)));
        let days = daysAfter(
          {},
          schedules.map((to) => ({ to })),
        );
        for (const { schedule, status } of steps) {
          const from = schedules[schedule]!;
          const to = { ...from, status };
          schedules[schedule] = to;
          days = daysAfter(days, [{ from, to }]);
        }
        const standing = schedules.filter(({ status }) => status !== "failed" && status !== "cancelled").map(({ scheduled_at }) => scheduled_at!.slice(0, 10));
        expect(firstDay(days)).toBe(standing.toSorted()[0]);
        expect(Object.values(days).reduce((sum, count) => sum + count, 0)).toBe(standing.length);
      }),
    );
  });
});
