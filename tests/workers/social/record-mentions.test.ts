import * as fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { RecordMentions } from "../../../events/social/record-mentions.v1.ts";
import { recordMentionsWorker } from "../../../functions/social/record-mentions.worker.ts";
import { hourOf } from "../../../shared/social/trend/coverage.ts";
import { recordMentions } from "../../../shared/social/trend/record-mentions.ts";
import { TopicDay } from "../../../shared/social/trend/topic-day.ts";
import { type SocialOrg, type SocialWorld, socialWorld } from "../../support/social.ts";
import { trendsOf } from "./trends-world.ts";

const DAY = 24;
let world: SocialWorld;
beforeAll(async () => {
  world = await socialWorld();
});
const fresh = async () => {
  const org: SocialOrg = await world.org();
  return { org, ...trendsOf(world, org) };
};

describe("record-mentions", () => {
  it("counts persons once in 24 hours and anonymous mentions one by one", async () => {
    const { mention, record, count } = await fresh();
    const twice = { platform_user_id: "ada" };
    expect(await record([mention(twice), mention({ ...twice, ago: 5 }), mention(), mention({ platform_user_id: undefined }), mention({ platform_user_id: undefined })])).toBe(0);
    expect(await count()).toBe(4);
  });

  it("counts a mention at the 24 full hours after it, across midnight", async () => {
    const { mention, record, count } = await fresh();
    // The clock stands at 09:00, so that the mention of 10 hours ago was at 23:30.
    await record([mention({ ago: 10 })]);
    const counts = await Promise.all([10, 9, 1, 0, -13, -14, -15].map((ago) => count("legday", { ago })));
    expect(counts).toEqual([0, 1, 1, 1, 1, 1, 0].map((n, at) => (at === 6 ? 0 : n)));
  });

  it("counts one spelling, and each network and kind of topic for itself", async () => {
    const { mention, record, count } = await fresh();
    await record([mention({ topic: "LegDay" }), mention({ topic: "#legday" }), mention({ platform: "tiktok" }), mention({ topic_type: "keyword" }), mention({ platform: "all" })]);
    expect([await count(), await count("legday", { platform: "tiktok" }), await count("legday", { platform: "all" })]).toEqual([2, 1, 1]);
  });

  it("changes nothing on a second delivery, or when ids are told again in another message", async () => {
    const { burst, bodies, count } = await fresh();
    const mentions = burst(30);
    const messages = [...bodies(mentions), ...bodies(mentions.slice(10))];
    expect(await world.deliver(recordMentionsWorker, messages)).toBe(0);
    expect(await world.deliver(recordMentionsWorker, messages)).toBe(0);
    expect(await count()).toBe(30);
  });

  it("leaves out what is older than 8 days", async () => {
    const { mention, record, count } = await fresh();
    await record([mention({ ago: 8 * DAY }), mention({ ago: 8 * DAY + 1 })]);
    expect([await count("legday", { ago: 8 * DAY - 1 }), await count("legday", { ago: 8 * DAY })]).toEqual([1, 0]);
  });

  it("fails a poisoned message alone", async () => {
    const { mention, bodies, count } = await fresh();
    const unknown = bodies([mention({ platform: "myspace" })]);
    expect(await world.deliver(recordMentionsWorker, ["{", ...unknown, ...bodies([mention()])])).toBe(2);
    expect(await count()).toBe(1);
  });

  it("gives the same numbers whatever the order, the doublings and the cuts into messages", async () => {
    const { org, mention, count } = await fresh();
    const topics = ["legday", "squat", "yoga"];
    const all = Array.from({ length: 60 }, (_, n) => mention({ topic: topics[n % 3]!, ago: (n * 37) % 100, ...(n % 7 === 0 ? { platform_user_id: undefined } : { platform_user_id: `p${n % 6}` }) }));
    const distinct = (topic: string, at: number): number => {
      const hour = hourOf(world.clock.now()) - at;
      const inWindow = all.filter((one) => one.topic === topic && hourOf(new Date(one.at)) < hour && hourOf(new Date(one.at)) >= hour - DAY);
      return new Set(inWindow.map(({ id, platform_user_id }) => platform_user_id ?? id)).size;
    };
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray([...all, ...all.slice(0, 25)], { minLength: 85, maxLength: 85 }), fc.integer({ min: 3, max: 100 }), async (told, size) => {
        const fellow = await world.org();
        const theirs = trendsOf(world, fellow);
        const messages = Array.from({ length: Math.ceil(told.length / size) }, (_, at) => fellow.message(RecordMentions, { mentions: told.slice(at * size, (at + 1) * size) }));
        expect(await world.deliver(recordMentionsWorker, messages)).toBe(0);
        for (const topic of topics) for (const ago of [0, 1, 20, 24, 47, 48, 75, 96]) expect(await theirs.count(topic, { ago })).toBe(distinct(topic, ago));
      }),
      { seed: 1, numRuns: 4 },
    );
    expect(await count()).toBe(0);
    expect(org.org_id).toBeDefined();
  });

  it("adds up when many messages about one topic run at the same time", async () => {
    const { org, burst, count } = await fresh();
    const groups = Array.from({ length: 6 }, () => burst(20));
    await Promise.all(groups.map((mentions) => recordMentions(org.ctx, [...mentions, ...groups[0]!.slice(0, 5)])));
    expect(await count()).toBe(120);
    const [item] = (await TopicDay.list(org.ctx, { org_id: org.org_id, platform: "instagram", day: "2026-11-20" })).items;
    expect(item).toMatchObject({ mentions: 120 });
  });
});
