import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CADENCE, STORY_CADENCE, isStillRead, nextReading } from "../../../../shared/social/reading/cadence.ts";

const published_at = "2026-11-20T08:20:00.000Z";
const post = { published_at, is_story: false };
const HOUR_MS = 3_600_000;
const after = (hours: number): Date => new Date(Date.parse(published_at) + hours * HOUR_MS);

describe("nextReading", () => {
  it.each([
    [0.25, "2026-11-20T09:00:00.000Z"],
    [23.9, "2026-11-21T09:00:00.000Z"],
    [24, "2026-11-21T14:00:00.000Z"],
    [6 * 24, "2026-11-26T14:00:00.000Z"],
    [7 * 24, "2026-11-28T08:00:00.000Z"],
    [88 * 24, "2027-02-17T08:00:00.000Z"],
  ])("%f hours after publication is %s", (hours, next) => {
    expect(nextReading(post, after(hours))?.toISOString()).toBe(next);
  });

  it("ends after 90 days, of a story after one", () => {
    expect(nextReading(post, after(89.5 * 24))).toBeUndefined();
    expect(nextReading(post, after(200 * 24))).toBeUndefined();
    expect(nextReading({ published_at, is_story: true }, after(10))?.toISOString()).toBe("2026-11-20T19:00:00.000Z");
    expect(nextReading({ published_at, is_story: true }, after(23.8))).toBeUndefined();
    expect([isStillRead(post, after(89 * 24)), isStillRead(post, after(90 * 24)), isStillRead({ published_at, is_story: true }, after(24))]).toEqual([
      true,
      false,
      false,
    ]);
  });

  it("lies ahead, and a run some minutes earlier than the last one still finds the post due", () => {
    fc.assert(
      fc.property(fc.nat({ max: 90 * 24 * 60 }), fc.boolean(), fc.nat({ max: 59 }), (minutes, is_story, earlier) => {
        const now = new Date(Date.parse(published_at) + minutes * 60_000);
        const next = nextReading({ published_at, is_story }, now);
        if (!next) return;
        const { every_h } = (is_story ? STORY_CADENCE : CADENCE).find(({ until_h }) => now.getTime() - Date.parse(published_at) < until_h * HOUR_MS)!;
        expect(next > now).toBe(true);
        expect(next.getTime() - now.getTime()).toBeLessThanOrEqual(every_h * HOUR_MS);
        // The next run may come earlier within its hour than this one did.
        const earliest = now.getTime() + every_h * HOUR_MS - Math.min(earlier, now.getUTCMinutes()) * 60_000;
        expect(next.getTime()).toBeLessThanOrEqual(earliest);
      }),
    );
  });
});
