import { describe, expect, it } from "vitest";
import { opportunitiesFrom } from "../../../../shared/social/trend/opportunities.ts";

const template = (name: string, more: object = {}) => ({ name, hashtag_sets: [["LegDay", "squat"]], ...more });

describe("what a topic may be posted about", () => {
  it("is the templates with it in a hashtag set or as category, the surest success first", () => {
    const templates = [template("B"), template("A"), template("Proven", { rank: 3006 }), template("Yoga", { hashtag_sets: [], category: "Leg Day" })];
    const of = opportunitiesFrom(templates, "instagram");
    expect([of({ topic: "legday" }), of({ topic: "leg day" }), of({ topic: "music" })]).toEqual([["Proven", "A", "B"], ["Yoga"], []]);
  });
  it("is for the network, ten at most, and each once", () => {
    const many = Array.from({ length: 12 }, (_, n) => template(`T${String(n).padStart(2, "0")}`, { category: "legday" }));
    const of = opportunitiesFrom([template("Clip", { platform: "tiktok", rank: 1 }), ...many], "instagram");
    expect(of({ topic: "legday" })).toEqual(many.slice(0, 10).map(({ name }) => name));
    expect(opportunitiesFrom([template("Clip", { platform: "tiktok" })], "tiktok")({ topic: "legday" })).toEqual(["Clip"]);
    expect(opportunitiesFrom([template("Clip", { platform: "tiktok" })], "all")({ topic: "legday" })).toEqual(["Clip"]);
  });
});
