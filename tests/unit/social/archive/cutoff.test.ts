import { describe, expect, it } from "vitest";
import { endOf, isPast, yearsBefore } from "../../../../shared/social/archive/cutoff.ts";

const at = (time: string): Date => new Date(time);

describe("yearsBefore", () => {
  it.each([
    ["2027-02-01T00:00:00.000Z", 2, "2025-02-01T00:00:00.000Z"],
    ["2028-02-29T12:30:00.000Z", 2, "2026-02-28T12:30:00.000Z"],
    ["2028-02-29T12:30:00.000Z", 4, "2024-02-29T12:30:00.000Z"],
    ["2027-12-31T23:59:59.999Z", 1, "2026-12-31T23:59:59.999Z"],
  ])("%s, %i years before: %s", (now, years, then) => expect(yearsBefore(at(now), years).toISOString()).toBe(then));

  it("leaves the time it is given as it is", () => {
    const now = at("2028-02-29T00:00:00.000Z");
    yearsBefore(now, 1);
    expect(now.toISOString()).toBe("2028-02-29T00:00:00.000Z");
  });
});

it("a month ends when the next begins", () => {
  expect([endOf("2025-01"), endOf("2024-12")].map((end) => end.toISOString())).toEqual(["2025-02-01T00:00:00.000Z", "2025-01-01T00:00:00.000Z"]);
});

describe("isPast", () => {
  it.each([
    ["2025-01", "2027-02-01T00:00:00.000Z", true],
    ["2025-02", "2027-02-01T00:00:00.000Z", false],
    ["2025-01", "2027-01-31T23:59:59.999Z", false],
    ["2026-02", "2028-02-29T00:00:00.000Z", false],
    ["2026-01", "2028-02-29T00:00:00.000Z", true],
  ])("%s at %s: %s", (month, now, past) => expect(isPast(month, at(now), 2)).toBe(past));
});
