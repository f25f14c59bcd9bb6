import { beforeAll, describe, expect, it } from "vitest";
import { RemoveMentions } from "../../../events/social/remove-mentions.v1.ts";
import { removeMentionsWorker } from "../../../functions/social/remove-mentions.worker.ts";
import { every } from "../../../shared/kernel/table/every.ts";
import { FlaggedPerson, flaggedIdOf } from "../../../shared/social/trend/flagged-person.ts";
import { TopicDay } from "../../../shared/social/trend/topic-day.ts";
import { unflagPerson } from "../../../shared/social/trend/unflag-person.ts";
import { type SocialOrg, type SocialWorld, socialWorld } from "../../support/social.ts";
import { trendsOf } from "./trends-world.ts";

let world: SocialWorld;
beforeAll(async () => {
  world = await socialWorld();
});
const fresh = async () => {
  const org: SocialOrg = await world.org();
  return { org, ...trendsOf(world, org) };
};
const bot = { platform: "instagram", platform_user_id: "bot" } as const;
const daysOf = async ({ ctx, org_id }: SocialOrg): Promise<object[]> => {
  const days = ["2026-11-17", "2026-11-18", "2026-11-19", "2026-11-20", "2026-11-21"];
  const items = await Promise.all(days.map((day) => Array.fromAsync(every((page) => TopicDay.list(ctx, { org_id, platform: "instagram", day }, page)))));
  return items.flat().map(({ org_id: _, version: __, created_at: ___, updated_at: ____, ...counters }) => counters);
};
/** Steps of 0 are as good as none. */
const counted = (days: readonly object[]): object[] =>
  days
    .map((day) => Object.fromEntries(Object.entries(day).filter(([, value]) => value !== 0)))
    .filter((day) => Object.keys(day).some((name) => /^d\d|base|mentions/.test(name)));

describe("remove-mentions", () => {
  it("leaves the counts as if a person had never been there, also in the past", async () => {
    const [clean, spammed] = [await fresh(), await fresh()];
    const people = clean.burst(5, { ago: 30 }).concat(clean.burst(5));
    await clean.record(people);
    await spammed.record(people);
    const spam = [1, 1, 5, 20, 28, 29, 60]
      .map((ago) => spammed.mention({ ago, platform_user_id: "bot" }))
      .concat(spammed.mention({ topic: "squat", platform_user_id: "bot" }));
    await spammed.record(spam);
    expect([await spammed.count(), await spammed.count("squat"), await spammed.count("legday", { ago: 28 })]).toEqual([6, 1, 6]);
    await spammed.remove({ persons: [bot] });
    expect(counted(await daysOf(spammed.org))).toEqual(counted(await daysOf(clean.org)));
    await spammed.remove({ persons: [bot] });
    expect(counted(await daysOf(spammed.org))).toEqual(counted(await daysOf(clean.org)));
  });

  it("counts a flagged person no more, until the flag is taken away", async () => {
    const { org, mention, record, remove, count } = await fresh();
    await remove({ persons: [bot] });
    const ignored = mention({ platform_user_id: "bot" });
    await record([ignored, mention()]);
    expect(await count()).toBe(1);
    const { id, version } = await FlaggedPerson.get(org.ctx, { org_id: org.org_id, id: flaggedIdOf(bot) });
    await unflagPerson(org.ctx, id, version);
    await record([mention({ platform_user_id: "bot" })]);
    expect(await count()).toBe(2);
  });

  it("takes out single mentions, so that a person's others still count", async () => {
    const { mention, record, remove, count } = await fresh();
    const [first, second, anonymous] = [
      mention({ platform_user_id: "ada" }),
      mention({ platform_user_id: "ada", ago: 3 }),
      mention({ platform_user_id: undefined }),
    ];
    await record([first, second, anonymous]);
    expect(await count()).toBe(2);
    const removal = { mentions: [{ platform: "instagram", id: first.id }] };
    await remove(removal);
    await remove(removal);
    expect(await count()).toBe(2);
    await remove({ mentions: [second, anonymous].map(({ id }) => ({ platform: "instagram", id })) });
    expect(await count()).toBe(0);
  });

  it("does not count what is told again after its removal, or removed before it came", async () => {
    const { mention, record, remove, count } = await fresh();
    const [known, late] = [mention(), mention()];
    await record([known]);
    await remove({ mentions: [known, late].map(({ id }) => ({ platform: "instagram", id })) });
    await record([known, late, mention()]);
    expect(await count()).toBe(1);
  });

  it("finds what was recorded while the person was being flagged", async () => {
    // Recording has looked for flags and found none: the person is flagged and removed before its transaction is stored.
    const inside: (() => Promise<unknown>)[] = [];
    const raced = await socialWorld({
      wrap: (handler) =>
        ({
          ...handler,
          destroy: () => handler.destroy?.(),
          handle: async (...asked: Parameters<typeof handler.handle>) => {
            const { headers } = asked[0] as { headers?: Record<string, string> };
            if (headers?.["x-amz-target"]?.endsWith("TransactWriteItems")) await inside.shift()?.();
            return handler.handle(...asked);
          },
        }) as unknown as typeof handler,
    });
    const { mention, record, count } = trendsOf(raced, raced);
    inside.push(() => raced.deliver(removeMentionsWorker, [raced.message(RemoveMentions, { mentions: [], persons: [bot] })]));
    expect(await record([mention({ platform_user_id: "bot" }), mention()])).toBe(0);
    expect([await count(), raced.sent.map(({ delay_s }) => delay_s)]).toEqual([2, [600]]);
    expect(await raced.drain(removeMentionsWorker)).toBe(1);
    expect(await count()).toBe(1);
  });

  it("orders the rest when its time runs out", async () => {
    const { org, mention, record, count } = await fresh();
    await record([mention({ platform_user_id: "bot" }), mention({ topic: "squat", platform_user_id: "bot" })]);
    expect(await world.deliver(removeMentionsWorker, [org.message(RemoveMentions, { mentions: [], persons: [bot] })], { remaining_ms: 9_000 })).toBe(0);
    expect([await count(), await count("squat")]).toEqual([1, 1]);
    expect(await world.drain(removeMentionsWorker)).toBe(2);
    expect([await count(), await count("squat")]).toEqual([0, 0]);
  });

  it("fails a poisoned message alone", async () => {
    const { org, mention, record, count } = await fresh();
    await record([mention({ platform_user_id: "bot" })]);
    const unknown = org.message(RemoveMentions, { mentions: [], persons: [{ platform: "myspace", platform_user_id: "bot" }] });
    expect(await world.deliver(removeMentionsWorker, ["{", unknown, org.message(RemoveMentions, { mentions: [], persons: [bot] })])).toBe(2);
    expect(await count()).toBe(0);
  });
});
