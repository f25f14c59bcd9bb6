import { describe, expect, it } from "vitest";
import { seededPlatforms } from "../../../../shared/social/platform/seeded-platforms.ts";
import { limitViolations } from "../../../../shared/social/publishing/limits.ts";
import { captionHash, hashtagsIn, lengthOf, mentionsIn, publishedText } from "../../../../shared/social/publishing/published-text.ts";

type Content = Parameters<typeof limitViolations>[0];
const content = (more: Partial<Content> = {}): Content => ({
  caption: "Squats.",
  hashtags: [],
  mentions: [],
  placement: "feed",
  media_type: "image",
  media_urls: ["https://media.example.com/1.jpg"],
  ...more,
});
const limits = (name: string) => seededPlatforms.find((one) => one.name === name)!;
const codes = (more: Partial<Content>, network = "instagram"): string[] => limitViolations(content(more), limits(network)).map(({ code }) => code);
const files = (count: number): string[] => Array.from({ length: count }, (_, n) => `https://media.example.com/${n}.jpg`);
const words = (count: number): string[] => Array.from({ length: count }, (_, n) => `tag${n}`);

describe("the text that appears", () => {
  it("has mentions and hashtags behind the caption, each once", () => {
    expect(
      publishedText(content({ caption: "Legs with @coach.kim #LegDay", hashtags: ["legday", "fitness", "Fitness"], mentions: ["coach.kim", "gym_night"] })),
    ).toBe("Legs with @coach.kim #LegDay\n\n@gym_night\n\n#fitness");
    expect(publishedText(content({ caption: "", hashtags: ["fitness"] }))).toBe("#fitness");
    expect(publishedText(content({ placement: "story" }))).toBe("");
  });

  it("has hashtags and mentions in any script, and none in addresses and mail", () => {
    expect(hashtagsIn("#übung #トレーニング https://x.example/#part a#b &#39; #1 (#in) ##two")).toEqual(["übung", "トレーニング", "part", "1", "in", "two"]);
    expect(mentionsIn("@kim. mail me@example.com, @gym_night! (@a.b)")).toEqual(["kim", "gym_night", "a.b"]);
    expect(lengthOf("💪🏽ab")).toBe(4);
  });

  it("has one digest, however its characters are written", () => {
    expect(captionHash("Übung\r\nzwei ")).toBe(captionHash("U\u0308bung\nzwei"));
    expect(captionHash("Übung")).not.toBe(captionHash("übung"));
  });
});

describe("a network's limits", () => {
  it("count characters of the whole text, to the last one that is allowed", () => {
    expect(codes({ caption: "💪".repeat(2200) })).toEqual([]);
    expect(codes({ caption: "💪".repeat(2201) })).toEqual(["caption_too_long"]);
    // Two line ends, the sign and the tag come behind the caption.
    expect(codes({ caption: "a".repeat(2193), hashtags: ["legs"] })).toEqual([]);
    expect(codes({ caption: "a".repeat(2194), hashtags: ["legs"] })).toEqual(["caption_too_long"]);
  });

  it("count hashtags of list and caption together; 0 is no limit of its own", () => {
    const caption = words(10)
      .map((word) => `#in${word}`)
      .join(" ");
    expect(codes({ caption, hashtags: words(20) })).toEqual([]);
    expect(codes({ caption, hashtags: words(21) })).toEqual(["too_many_hashtags"]);
    expect(codes({ caption, hashtags: words(60), media_type: "video" }, "tiktok")).toEqual([]);
    expect(codes({ hashtags: words(16), media_type: "video" }, "youtube")).toEqual(["too_many_hashtags"]);
  });

  it("count mentions of list and caption together", () => {
    expect(codes({ caption: "@first", mentions: words(19) })).toEqual([]);
    expect(codes({ caption: "@first", mentions: words(20) })).toEqual(["too_many_mentions"]);
    expect(codes({ mentions: words(60), media_type: "video" }, "tiktok")).toEqual([]);
  });

  it.each([
    ["feed", "image", "instagram", []],
    ["feed", "video", "instagram", []],
    ["feed", "carousel", "instagram", []],
    ["reel", "video", "instagram", []],
    ["reel", "image", "instagram", ["placement_mismatch"]],
    ["reel", "carousel", "instagram", ["placement_mismatch"]],
    ["story", "image", "instagram", []],
    ["story", "video", "instagram", []],
    ["story", "carousel", "instagram", ["placement_mismatch"]],
    ["feed", "video", "tiktok", []],
    ["feed", "image", "tiktok", ["kind_not_supported"]],
    ["feed", "carousel", "tiktok", ["kind_not_supported"]],
    ["story", "video", "tiktok", ["kind_not_supported"]],
    ["reel", "video", "youtube", ["kind_not_supported"]],
    ["feed", "video", "youtube", []],
  ] as const)("%s and %s on %s: %j", (placement, media_type, network, expected) => {
    expect(codes({ placement, media_type, media_urls: files(media_type === "carousel" ? 2 : 1) }, network)).toEqual(expected);
  });

  it("follow what an org corrects", () => {
    const corrected = { ...limits("tiktok"), supported_content_types: ["video" as const, "image" as const], max_hashtags: 5 };
    expect(limitViolations(content({ hashtags: words(5) }), corrected)).toEqual([]);
    expect(limitViolations(content({ hashtags: words(6) }), corrected).map(({ code }) => code)).toEqual(["too_many_hashtags"]);
  });

  it.each([
    ["image", 0, false],
    ["image", 1, true],
    ["image", 2, false],
    ["video", 2, false],
    ["carousel", 1, false],
    ["carousel", 2, true],
    ["carousel", 10, true],
  ] as const)("a post of the type %s with %i files: %s", (media_type, count, allowed) => {
    expect(codes({ media_type, media_urls: files(count) })).toEqual(allowed ? [] : ["media_count"]);
  });

  it("are all told at once, each with its place", () => {
    const all = limitViolations(
      content({ caption: "a".repeat(2300), hashtags: words(31), mentions: words(21), placement: "reel", media_type: "image", media_urls: [] }),
      limits("instagram"),
    );
    expect(all.map(({ pointer, code }) => [pointer, code])).toEqual([
      ["/caption", "caption_too_long"],
      ["/hashtags", "too_many_hashtags"],
      ["/mentions", "too_many_mentions"],
      ["/media_type", "placement_mismatch"],
      ["/media_urls", "media_count"],
    ]);
  });
});
