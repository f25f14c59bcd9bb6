import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type MeasuredPost, baselinesOf } from "../../../../shared/social/template/baselines.ts";
import { judgePosts } from "../../../../shared/social/template/judge-posts.ts";

let made = 0;
const post = (rate_millionths: number, more: Partial<MeasuredPost> = {}): MeasuredPost => ({
  post_id: `post-${(made += 1)}`,
  platform: "instagram",
  account_id: "gym",
  rate_millionths,
  ...more,
});

describe("a baseline", () => {
  it("is the median of the account's posts of other templates and of none", () => {
    const posts = [post(10), post(40), post(20, { template_id: "other" }), post(1000, { template_id: "own" })];
    expect(baselinesOf(posts)({ platform: "instagram", account_id: "gym" }, "own")).toBe(2 * 20);
    // Four of them: half way between 20 and 40.
    expect(baselinesOf(posts)({ platform: "instagram", account_id: "gym" }, "another")).toBe(20 + 40);
  });

  it("is an account's and a network's own, and that of posts without an account", () => {
    const posts = [post(10), post(20, { account_id: "studio" }), post(30, { platform: "tiktok" }), post(40, { account_id: undefined })];
    const baselines = baselinesOf(posts);
    const of = (platform: string, account_id?: string) => baselines({ platform, account_id }, "own");
    expect([of("instagram", "gym"), of("instagram", "studio"), of("tiktok", "gym"), of("instagram")]).toEqual([20, 40, 60, 80]);
    expect(of("youtube", "gym")).toBeUndefined();
  });

  it("counts a post once that a moving leaderboard showed twice", () => {
    const twice = post(90);
    expect(baselinesOf([post(10), post(20), twice, twice])({ platform: "instagram", account_id: "gym" }, "own")).toBe(2 * 20);
  });

  it("has as many posts above as below, in whatever order they come", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 1_000_000 }), { minLength: 1, maxLength: 60 }), fc.integer(), (rates, seed) => {
        const posts = rates.map((rate) => post(rate));
        const turned = posts.toSorted((a, b) => ((a.rate_millionths * 31 + seed) % 7) - ((b.rate_millionths * 31 + seed) % 7));
        const twice = baselinesOf(turned)(posts[0]!, "own")!;
        expect(baselinesOf(posts)(posts[0]!, "own")).toBe(twice);
        const [above, below] = [rates.filter((rate) => rate * 2 > twice).length, rates.filter((rate) => rate * 2 < twice).length];
        expect(above).toBeLessThanOrEqual(rates.length / 2);
        expect(below).toBeLessThanOrEqual(rates.length / 2);
      }),
    );
  });
});

describe("a template's posts", () => {
  it("succeed strictly above the baseline of their own account", () => {
    const baselines = baselinesOf([post(100), post(300), post(50_000, { account_id: "studio" })]);
    const own = [201, 200, 199].map((rate) => post(rate, { template_id: "own" }));
    // Far above the gym's posts, and below the studio's.
    const elsewhere = post(49_999, { template_id: "own", account_id: "studio" });
    expect(judgePosts("own", [...own, elsewhere], baselines)).toEqual({ rated_posts: 4, successful_posts: 1, avg_engagement_rate: 0.0126 });
  });

  it("are not judged by each other, nor where there is nothing to judge them by", () => {
    const own = [post(100, { template_id: "own" }), post(900, { template_id: "own" })];
    expect(judgePosts("own", own, baselinesOf(own))).toEqual({ rated_posts: 0, successful_posts: 0, avg_engagement_rate: 0.0005 });
    expect(judgePosts("own", [], baselinesOf(own))).toEqual({ rated_posts: 0, successful_posts: 0, avg_engagement_rate: null });
  });
});
