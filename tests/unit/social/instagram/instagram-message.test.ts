import { describe, expect, it } from "vitest";
import { InstagramMessage, hashtagsIn, toldBy } from "../../../../shared/social/instagram/instagram-message.ts";

const told = (...changes: object[]) => toldBy(InstagramMessage.parse({ object: "instagram", entry: [{ id: "178", time: 1_795_168_800, changes }] }));
const comment = { id: "1", text: "hi", from: { id: "9", username: "fan" }, media: { id: "5" } };

describe("hashtagsIn", () => {
  it.each([
    ["#LegDay and #legday", ["LegDay", "legday"]],
    ["#fit #fit", ["fit"]],
    ["#größe #тренировка #足", ["größe", "тренировка", "足"]],
    ["# alone, #-dash, a#b", ["b"]],
    ["nothing", []],
  ])("%s", (text, tags) => {
    expect(hashtagsIn(text)).toEqual(tags);
  });
});

describe("toldBy", () => {
  it("makes an event of a comment, at the time of the message", () => {
    expect(told({ field: "comments", value: comment }).events).toEqual([
      {
        id: "1",
        platform: "instagram",
        platform_post_id: "5",
        event_type: "comment",
        event_timestamp: "2026-11-20T10:00:00.000Z",
        platform_user_id: "9",
        platform_username: "fan",
      },
    ]);
  });
  it("takes live comments and comments of nobody", () => {
    expect(told({ field: "live_comments", value: { ...comment, from: undefined } }).events).toMatchObject([{ id: "1" }]);
  });
  it.each([
    ["a change of another kind", { field: "messages", value: comment }],
    ["a comment without an id", { field: "comments", value: { ...comment, id: undefined } }],
    ["a comment on nothing", { field: "comments", value: { ...comment, media: undefined } }],
    ["a mention of nothing", { field: "mentions", value: {} }],
    ["a change without a value", { field: "comments" }],
  ])("passes over %s", (_, change) => {
    expect(told(change)).toEqual({ events: [], mentions: [] });
  });
});
