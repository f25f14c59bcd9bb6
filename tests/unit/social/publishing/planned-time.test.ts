import { describe, expect, it } from "vitest";
import { instantOf, plannedAt, PlannedTime } from "../../../../shared/social/publishing/planned-time.ts";

const utc = (local: string, zone: string): string => new Date(instantOf(local, zone)).toISOString();

describe("a local time", () => {
  it.each([
    ["2026-12-01T18:00:00", "Europe/Berlin", "2026-12-01T17:00:00.000Z"],
    ["2026-07-01T18:00:00", "Europe/Berlin", "2026-07-01T16:00:00.000Z"],
    ["2026-12-01T18:00", "UTC", "2026-12-01T18:00:00.000Z"],
    ["2026-12-01T00:15:00", "Asia/Kathmandu", "2026-11-30T18:30:00.000Z"],
    ["2026-12-31T20:00:00", "America/Los_Angeles", "2027-01-01T04:00:00.000Z"],
    ["2026-03-29T01:59:59", "Europe/Berlin", "2026-03-29T00:59:59.000Z"],
    ["2026-03-29T03:00:00", "Europe/Berlin", "2026-03-29T01:00:00.000Z"],
    ["2026-10-25T01:59:59", "Europe/Berlin", "2026-10-24T23:59:59.000Z"],
    ["2026-10-25T03:00:00", "Europe/Berlin", "2026-10-25T02:00:00.000Z"],
  ])("%s in %s is %s", (local, zone, instant) => {
    expect(utc(local, zone)).toBe(instant);
  });

  it.each([
    ["2026-03-29T02:00:00", "Europe/Berlin"],
    ["2026-03-29T02:59:59", "Europe/Berlin"],
    ["2026-03-08T02:30:00", "America/New_York"],
    // Half an hour is skipped.
    ["2026-10-04T02:15:00", "Australia/Lord_Howe"],
  ])("%s, which the clocks of %s skip, is refused", (local, zone) => {
    expect(() => instantOf(local, zone)).toThrow(expect.objectContaining({ code: "local_time_nonexistent" }));
  });

  it("that the clocks show twice is refused, naming both instants", () => {
    const refused = (local: string, zone: string) =>
      expect(() => instantOf(local, zone)).toThrow(
        expect.objectContaining({ code: "local_time_ambiguous", message: expect.stringContaining("2026-10-25T02:30:00+02:00 or 2026-10-25T02:30:00+01:00") }),
      );
    refused("2026-10-25T02:30:00", "Europe/Berlin");
    expect(utc("2026-10-25T02:30:00", "UTC")).toBe("2026-10-25T02:30:00.000Z");
  });
});

describe("a planned time", () => {
  it("takes the org's zone unless one is given, and any offset", () => {
    expect(plannedAt({ local_time: "2026-12-01T18:00:00" }, "Europe/Berlin")).toEqual({ scheduled_at: "2026-12-01T17:00:00.000Z", time_zone: "Europe/Berlin" });
    expect(plannedAt({ local_time: "2026-12-01T18:00:00", time_zone: "UTC" }, "Europe/Berlin").scheduled_at).toBe("2026-12-01T18:00:00.000Z");
    expect(plannedAt({ scheduled_at: "2026-12-01T18:00:00-05:00" }, "Europe/Berlin")).toEqual({
      scheduled_at: "2026-12-01T23:00:00.000Z",
      time_zone: "Europe/Berlin",
    });
  });

  it.each([
    {},
    { scheduled_at: "2026-12-01T18:00:00Z", local_time: "2026-12-01T18:00:00" },
    { scheduled_at: "2026-12-01T18:00:00Z", time_zone: "UTC" },
    { scheduled_at: "2026-12-01T18:00:00" },
    { local_time: "2026-12-01T18:00:00Z" },
    { local_time: "2026-12-01T18:00:00+01:00" },
    { local_time: "2026-02-30T18:00:00" },
    { local_time: "2026-12-01T18:00:00", time_zone: "Mars/Olympus" },
  ])("is not %j", (input) => {
    expect(PlannedTime.safeParse(input).success).toBe(false);
  });
});
