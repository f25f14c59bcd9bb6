import { beforeAll, describe, expect, it } from "vitest";
import { recordMentionsWorker } from "../../../functions/social/record-mentions.worker.ts";
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
    expect(
      await record([
        mention(twice),
        mention({ ...twice, ago: 5 }),
        mention(),
        mention({ platform_user_id: undefined }),
        mention({ platform_user_id: undefined }),
      ]),
    ).toBe(0);
    expect(await count()).toBe(4);
  });

  it("knows a new person by one number when two deliveries meet them at once", async () => {
    const { mention, record, count } = await fresh();
    const persons = Array.from({ length: 5 }, (_, n) => ({ platform_user_id: `newcomer-${n}` }));
    const deliveries = await Promise.all([1, 2].map(() => record(persons.map((person) => mention(person)))));
    // One of them may have to be repeated; the number that it found is the other's.
    await record(persons.map((person) => mention(person)));
    expect([deliveries.length, await count()]).toEqual([2, 5]);
  });

  it("counts a mention at the 24 full hours after it, across midnight", async () => {
    const { mention, record, count } = await fresh();
    // The clock stands at 09:00, so that the mention of 10 hours ago was at 23:30.
    await record([mention({ ago: 10 })]);
    const counts = await Promise.all([10, 9, 1, 0, -13, -14, -15].map((ago) => count("legday", { ago })));
    expect(counts).toEqual([0, 1, 1, 1, 1, 1, 0]);
  });

  it("counts one spelling, and each network and kind of topic for itself", async () => {
    const { mention, record, count } = await fresh();
    await record([
      mention({ topic: "LegDay" }),
      mention({ topic: "#legday" }),
      mention({ platform: "tiktok" }),
      mention({ topic_type: "keyword" }),
      mention({ platform: "all" }),
    ]);
    expect([await count(), await count("legday", { platform: "tiktok" }), await count("legday", { platform: "all" })]).toEqual([2, 1, 1]);
  });

  it("changes nothing on a second delivery, or when ids are told again in another message", async () => {
    const { burst, bodies, count } = await fresh();
    const mentions = burst(26);
    const messages = [...bodies(mentions), ...bodies(mentions.slice(20))];
    expect(await world.deliver(recordMentionsWorker, messages)).toBe(0);
    expect(await world.deliver(recordMentionsWorker, messages)).toBe(0);
    expect(await count()).toBe(26);
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

  it("adds up when many messages about one topic run at the same time", async () => {
    const { org, burst, count } = await fresh();
    const groups = Array.from({ length: 4 }, () => burst(10));
    await Promise.all(groups.map((mentions) => recordMentions(org.ctx, [...mentions, ...groups[0]!.slice(0, 5)])));
    expect(await count()).toBe(40);
    const [item] = (await TopicDay.list(org.ctx, { org_id: org.org_id, platform: "instagram", day: "2026-11-20" })).items;
    expect(item).toMatchObject({ mentions: 40 });
  });
});
