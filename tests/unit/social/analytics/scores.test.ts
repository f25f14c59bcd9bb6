import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { engagementRate } from "../../../../shared/social/analytics/engagement-rate.ts";
import { postRelevance } from "../../../../shared/social/analytics/post-relevance.ts";
import { qualityScore, relevanceScore, viralityScore } from "../../../../shared/social/analytics/scores.ts";

const acts = (likes: number, comments = 0, shares = 0) => ({ likes, comments, shares });

describe("engagementRate", () => {
  it.each([
    [acts(160, 15, 9), 10_000, { engagement_rate: "0.0184", rate_defined: true, rate_millionths: 18_400 }],
    [acts(12), 1, { engagement_rate: "12.0000", rate_defined: true, rate_millionths: 12_000_000 }],
    [acts(12), 0, { engagement_rate: "0.0000", rate_defined: false, rate_millionths: 0 }],
    [acts(12), undefined, { engagement_rate: "0.0000", rate_defined: false, rate_millionths: 0 }],
    [acts(0), 10, { engagement_rate: "0.0000", rate_defined: true, rate_millionths: 0 }],
    [acts(1), 20_000, { engagement_rate: "0.0001", rate_defined: true, rate_millionths: 50 }],
  ])("%o by %s followers", (given, followers, expected) => {
    expect(engagementRate(given, followers)).toEqual(expected);
  });

  it("never ranks the lower rate higher", () => {
    const post = fc.tuple(fc.nat({ max: 1_000_000 }), fc.integer({ min: 1, max: 50_000_000 }));
    fc.assert(
      fc.property(post, post, ([a, x], [b, y]) => {
        const [one, other] = [engagementRate(acts(a), x), engagementRate(acts(b), y)];
        if (BigInt(a) * BigInt(y) < BigInt(b) * BigInt(x)) expect(one.rate_millionths).toBeLessThanOrEqual(other.rate_millionths);
      }),
    );
  });

  it("stays a whole number in storage, whatever a network says", () => {
    expect(engagementRate(acts(Number.MAX_SAFE_INTEGER), 1).rate_millionths).toBe(1e12);
  });
});

describe("scores", () => {
  it.each([
    [0, 0],
    [0.005, 29],
    [0.01, 50],
    [0.02, 75],
    [0.03, 88],
    [0.1, 100],
  ])("virality of shares by reach %d is %d", (x, score) => {
    expect(viralityScore(x * 20_000, 20_000)).toBe(score);
  });
  it.each([
    [120, 60, 41],
    [400, 200, 82],
  ])("quality of %d saves and %d comments by 20,000 is %d", (saves, comments, score) => {
    expect(qualityScore({ saves, comments }, 20_000)).toBe(score);
  });
  it("are null without a reach, and 0 when nobody did anything", () => {
    expect([viralityScore(5, undefined), viralityScore(5, 0), qualityScore({ saves: 1, comments: 1 }, undefined)]).toEqual([null, null, null]);
    expect([viralityScore(0, 10), qualityScore({ saves: 0, comments: 0 }, 10)]).toEqual([0, 0]);
  });
  it("relevance is the mean of the hashtags, else of the keywords, else 0", () => {
    expect(relevanceScore([100, 60, 0], [100])).toBe(53);
    expect(relevanceScore([], [100, 0])).toBe(50);
    expect(relevanceScore([], [])).toBe(0);
  });
  it("relevance of a post goes by the lexicon's spelling, and by the caption only without hashtags", () => {
    const lexicon = new Set(["fitness", "squat", "leg"]);
    expect(postRelevance({ hashtags: ["Fitness", "leg_day", "holiday"], caption: "" }, lexicon)).toBe(50);
    expect(postRelevance({ hashtags: [], caption: "A SQUAT is a squat, nothing else!" }, lexicon)).toBe(33);
    expect(postRelevance({ hashtags: ["holiday"], caption: "squat" }, lexicon)).toBe(0);
    expect(postRelevance({ hashtags: [], caption: "" }, lexicon)).toBe(0);
  });
});
