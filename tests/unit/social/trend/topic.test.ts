import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TopicType, normaliseTopic } from "../../../../shared/social/trend/topic.ts";
import { relevanceOf } from "../../../../shared/social/trend/relevance.ts";

describe("a topic's one spelling", () => {
  it.each([
    ["hashtag", "#LegDay", "legday"],
    ["hashtag", "##ＬｅｇＤａｙ ", "legday"],
    ["hashtag", "ﬁtness", "fitness"],
    ["hashtag", "CAFÉ", "café"],
    ["hashtag", "cafe\u0301", "café"],
    ["mention", "@Coach.Kim", "coach.kim"],
    ["keyword", "  Leg \n Day ", "leg day"],
    ["keyword", "#legday", "#legday"],
    ["hashtag", "İstanbul", "i̇stanbul"],
  ] as const)("%s %j is %j", (type, text, topic) => {
    expect(normaliseTopic(type, text)).toBe(topic);
  });
  it("is none when nothing is left, or too much", () => {
    expect([normaliseTopic("hashtag", "# "), normaliseTopic("mention", "@"), normaliseTopic("keyword", "a".repeat(101))]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(normaliseTopic("keyword", "ﷺ".repeat(10))).toBeUndefined();
  });
  it("stays the same when it is normalised again, and whichever way it was composed", () => {
    fc.assert(
      fc.property(fc.constantFrom(...TopicType.options), fc.string({ unit: "binary", maxLength: 40 }), (type, text) => {
        const topic = normaliseTopic(type, text);
        if (topic !== undefined) expect(normaliseTopic(type, topic)).toBe(topic);
        expect(normaliseTopic(type, text.normalize("NFD"))).toBe(topic);
      }),
      { seed: 1, numRuns: 5000 },
    );
  });
});

describe("relevance", () => {
  const lexicon = new Set(["fitness", "leg day", "squat"]);
  it.each([
    ["fitness", 100],
    ["leg day", 100],
    ["squat rack", 50],
    ["my squat rack", 33],
    ["fitness squat tips", 67],
    ["squat_fitness", 100],
    ["a b c d e f g squat", 13],
    ["music", 0],
    ["🔥", 0],
  ])("of %j is %i", (topic, relevance) => {
    expect(relevanceOf(topic, lexicon)).toBe(relevance);
  });
});
