import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { templateSuccess } from "../../../../shared/social/template/template-success.ts";

const four = (value: number | null): string => value!.toFixed(4);

describe("a template's success", () => {
  it.each([
    [13, 20, 0.65, "0.4329", "0.8188", false],
    [3, 4, 0.75, "0.3006", "0.9544", true],
    [0, 10, 0, "0.0000", "0.2775", false],
    [10, 10, 1, "0.7225", "1.0000", false],
    [5, 5, 1, "0.5655", "1.0000", false],
  ])("%i of %i", (successes, posts, rate, lower, upper, insufficient_data) => {
    const found = templateSuccess(successes, posts);
    expect([found.success_rate, four(found.lower), four(found.upper), found.insufficient_data]).toEqual([rate, lower, upper, insufficient_data]);
  });

  it("is not known without posts", () => {
    expect(templateSuccess(0, 0)).toEqual({ success_rate: null, lower: null, upper: null, insufficient_data: true });
  });

  it("asks for as many posts as the org does", () => {
    expect(templateSuccess(3, 4, 4).insufficient_data).toBe(false);
    expect(templateSuccess(13, 20, 21).insufficient_data).toBe(true);
  });

  it("lies within its bounds, which lie within 0 and 1 and close with more posts", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), fc.double({ min: 0, max: 1, noNaN: true }), (posts, share) => {
        const successes = Math.round(share * posts);
        const { success_rate, lower, upper } = templateSuccess(successes, posts);
        expect(0 <= lower! && lower! <= success_rate! && success_rate! <= upper! && upper! <= 1).toBe(true);
        const more = templateSuccess(successes * 4, posts * 4);
        expect(more.upper! - more.lower!).toBeLessThan(upper! - lower!);
      }),
    );
  });

  it("ranks few lucky posts below many good ones", () => {
    expect(templateSuccess(3, 3).lower!).toBeLessThan(templateSuccess(80, 100).lower!);
  });

  it.each([
    [-1, 5],
    [6, 5],
    [0.5, 5],
  ])("%d of %d is no count", (successes, posts) => {
    expect(() => templateSuccess(successes, posts)).toThrow(RangeError);
  });
});
