import { describe, expect, it } from "vitest";
import { ArrivedEvent, type QueuedEvent, eventIdOf, kindOf } from "../../../../shared/social/engagement/arrived-event.ts";
import { inMessages } from "../../../../shared/social/engagement/order-events.ts";

const post_id = "019e1b9a-7c00-7000-8000-0000000000a1";
const like = { post_id, event_type: "like", event_timestamp: "2026-11-20T08:00:00Z", platform_user_id: "u" } as const;
const faultsOf = (event: object): string[] => ArrivedEvent.safeParse(event).error?.issues.map(({ path }) => path.join("/")) ?? [];

describe("ArrivedEvent", () => {
  it("writes times in one way, so that one time has one digest", () => {
    expect(ArrivedEvent.parse(like).event_timestamp).toBe("2026-11-20T08:00:00.000Z");
  });
  it.each([
    ["no post", { ...like, post_id: undefined }, ["post_id"]],
    ["a network without its post", { ...like, post_id: undefined, platform: "instagram" }, ["post_id"]],
    ["two names of a post", { ...like, platform: "instagram", platform_post_id: "1" }, ["post_id"]],
    ["a like of nobody without an id", { ...like, platform_user_id: undefined }, ["id"]],
    ["a visit of nobody", { ...like, event_type: "profile_visit", platform_user_id: undefined, id: "1" }, ["platform_user_id"]],
    ["a time in words", { ...like, event_timestamp: "yesterday" }, ["event_timestamp"]],
    ["a country in words", { ...like, country_code: "Germany" }, ["country_code"]],
  ])("refuses %s", (_, event, faults) => {
    expect(faultsOf(event)).toEqual(faults);
  });
  it("takes a like of nobody with an id, and a view of nobody without", () => {
    expect(faultsOf({ ...like, platform_user_id: undefined, id: "1" })).toEqual([]);
    expect(faultsOf({ ...like, event_type: "view", platform_user_id: undefined })).toEqual([]);
  });
});

describe("kindOf", () => {
  it.each([
    ["like", "u", "event"],
    ["comment", undefined, "event"],
    ["view", "u", "touch"],
    ["view", undefined, "view"],
    ["website_click", "u", "touch"],
  ] as const)("%s of %s is a kind of %s", (event_type, platform_user_id, kind) => {
    expect(kindOf({ event_type, ...(platform_user_id ? { platform_user_id } : {}) })).toBe(kind);
  });
});

describe("eventIdOf", () => {
  it("is the network's id, or a digest that tells post, type, person and time apart", () => {
    expect(eventIdOf(post_id, { ...like, id: "179" })).toBe("179");
    const ids = [like, { ...like, event_type: "save" }, { ...like, platform_user_id: "v" }, { ...like, event_timestamp: "2026-11-20T08:00:01Z" }].map((event) =>
      eventIdOf(post_id, event as QueuedEvent),
    );
    expect(new Set([...ids, eventIdOf("019e1b9a-7c00-7000-8000-0000000000a2", like)]).size).toBe(5);
    expect(ids.every((id) => /^[\w-]{22}$/.test(id))).toBe(true);
  });
});

describe("inMessages", () => {
  it("keeps the order, and puts at most 90 days of posts into a message", () => {
    const events = Array.from({ length: 200 }, (_, n) => ({ ...like, id: String(n), event_timestamp: new Date(Date.UTC(2026, 0, 1 + n)).toISOString() }));
    const messages = inMessages(events);
    expect(messages.map((group) => group.length)).toEqual([90, 90, 20]);
    expect(messages.flat()).toEqual(events);
    expect(inMessages(Array.from({ length: 500 }, () => like)).length).toBe(1);
  });
});
