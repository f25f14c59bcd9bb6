import { describe, expect, it } from "vitest";
import { accuracyIn, accuracyOf, countedIn, differingIn } from "../../../../shared/social/analytics/accuracy.ts";
import type { PostInsight } from "../../../../shared/social/analytics/post-insight.ts";

const insight = (more: Partial<PostInsight>) => ({ post_id: "p", day: "2026-11-20", ...more }) as PostInsight;
const counted = { likes: 999, comments: 0, shares: 998, saves: 5, views: 2_002 };

describe("accuracy", () => {
  it.each([
    [1_000, 1_000, "1.0000"],
    [999, 1_000, "0.9990"],
    [1_001, 1_000, "0.9990"],
    [0, 1_000, "0.0000"],
    [3_000, 1_000, "-1.0000"],
    [5, 0, null],
    [5, undefined, null],
    [2, 3, "0.6667"],
  ])("%i counted of %s is %s", (here, there, expected) => {
    expect(accuracyOf(here, there)).toBe(expected);
  });

  it("is told by kind, and not at all where nobody compared", () => {
    expect(accuracyIn(insight({ likes: 1_000, comments: 3, saves: 0, views: 2_000, counted }))).toEqual({
      likes: "0.9990",
      comments: "0.0000",
      shares: null,
      saves: null,
      views: "0.9990",
    });
    expect(accuracyIn(insight({ likes: 1_000 }))).toBeNull();
  });

  it("differs below 0.999, whatever is counted, and not where the network told nothing", () => {
    expect(differingIn({ likes: 1_000, comments: 3, shares: 1_000, saves: 0, views: 2_000 }, counted)).toEqual(["comments", "shares"]);
    expect(differingIn({ views: 2_000 }, { ...counted, views: 2_003 })).toEqual(["views"]);
    expect(differingIn({ views: 2_000 }, counted)).toEqual([]);
    expect(countedIn(counted)).toEqual(["likes", "shares", "saves", "views"]);
  });
});
