import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EventType } from "../../../../shared/social/engagement/engagement-event.ts";
import { sumOf } from "../../../../shared/social/engagement/read-counts.ts";
import { COUNTERS, type Counted, tally } from "../../../../shared/social/engagement/tally.ts";

const act = (type: EventType, at: string, more: Partial<Counted> = {}): Counted => ({ org_id: "o", post_id: "p", type, at, by: 1, ...more });

describe("tally", () => {
  it("adds up by post, UTC day and hour", () => {
    expect(tally([act("like", "2026-11-20T23:59:59.999Z"), act("like", "2026-11-20T23:00:00.000Z"), act("save", "2026-11-21T00:00:00.000Z")])).toEqual([
      { org_id: "o", post_id: "p", day: "2026-11-20", shard: 0, counters: { likes: 2, l23: 2 } },
      { org_id: "o", post_id: "p", day: "2026-11-21", shard: 0, counters: { saves: 1, k00: 1 } },
    ]);
  });
  it("leaves out what comes to nothing, and keeps the hours apart when it does not", () => {
    expect(tally([act("like", "2026-11-20T08:00:00.000Z"), act("like", "2026-11-20T08:30:00.000Z", { by: -1 })])).toEqual([]);
    expect(tally([act("view", "2026-11-20T08:00:00.000Z"), act("view", "2026-11-20T09:00:00.000Z", { by: -1 })])).toMatchObject([
      { counters: { v08: 1, v09: -1 } },
    ]);
  });
  it("keeps orgs, posts and shards apart", () => {
    const at = "2026-11-20T08:00:00.000Z";
    expect(tally([act("view", at), act("view", at, { org_id: "q" }), act("view", at, { post_id: "r" }), act("view", at, { shard: 3 })]).length).toBe(4);
  });
  it("sums to the number of acts of each type, and so do its hours", () => {
    const acts = fc.array(
      fc.record({
        type: fc.constantFrom(...EventType.options),
        hour: fc.integer({ min: 0, max: 23 }),
        day: fc.integer({ min: 10, max: 12 }),
        shard: fc.integer({ min: 0, max: 3 }),
      }),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(acts, (drawn) => {
        const tallies = tally(drawn.map(({ type, hour, day, shard }) => act(type, `2026-11-${day}T${String(hour).padStart(2, "0")}:00:00.000Z`, { shard })));
        const sums = sumOf(tallies.map(({ counters }) => counters));
        for (const type of EventType.options) {
          const [total, letter] = COUNTERS[type];
          const wanted = drawn.filter((one) => one.type === type).length;
          const hours = tallies.flatMap(({ counters }) => Object.entries(counters).filter(([name]) => new RegExp(`^${letter}\\d\\d$`).test(name)));
          expect([sums[total], hours.reduce((sum, [, by]) => sum + by, 0)]).toEqual([wanted, wanted]);
        }
      }),
    );
  });
});
