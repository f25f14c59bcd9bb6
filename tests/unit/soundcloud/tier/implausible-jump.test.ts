import { describe, expect, it } from "vitest";
import { isImplausibleJump } from "../../../../shared/soundcloud/tier/implausible-jump.ts";

describe("a jump of followers", () => {
  it.each([
    ["more than five times as many", 1000, 5001, true],
    ["five times as many", 1000, 5000, false],
    ["the first thousand at once", 0, 1000, true],
    ["a small channel's first listeners", 3, 90, false],
    ["half again and more than 10,000", 30_000, 45_000, true],
    ["a little less than half again", 30_000, 44_999, false],
    ["half again but 10,000 only", 20_000, 30_000, false],
    ["half of them gone", 100_000, 50_000, true],
    ["less than half of them gone", 100_000, 50_001, false],
    ["all of a large channel gone", 20_000, 0, true],
    ["no change", 1_000_000, 1_000_000, false],
  ])("%s: %i to %i", (_, before, after, expected) => {
    expect(isImplausibleJump(before, after)).toBe(expected);
  });
});
