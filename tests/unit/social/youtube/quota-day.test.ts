import { expect, it } from "vitest";
import { untilQuotaResets } from "../../../../shared/social/youtube/quota-day.ts";

const HOUR_MS = 3_600_000;

it.each([
  ["2026-11-20T10:00:00Z", 22],
  ["2026-11-20T07:30:00Z", 0.5],
  ["2026-11-20T08:00:00Z", 24],
  ["2026-07-20T08:00:00Z", 23],
  // The day on which the clocks go back has 25 hours, the one on which they go forward 23.
  ["2026-11-01T07:00:00Z", 25],
  ["2026-03-08T08:00:00Z", 23],
])("at %s the quota comes back after %f hours, at midnight Pacific time", (now, hours) => {
  expect(untilQuotaResets(new Date(now))).toBe(hours * HOUR_MS);
});
