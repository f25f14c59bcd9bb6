import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { attributed } from "../../../../shared/social/conversion/attribute-conversion.ts";
import { Model, addShares, takeBack } from "../../../../shared/social/conversion/attribution.ts";
import type { Conversion } from "../../../../shared/social/conversion/conversion.ts";
import { type Earned, NOTHING_EARNED, addEarned, changeOfEarnings, earningsOf } from "../../../../shared/social/conversion/post-revenue.ts";
import { MOST_TOUCHES, type Touchpoint, journeyOf } from "../../../../shared/social/conversion/touchpoint.ts";

const START = Date.parse("2026-11-01T09:00:00.000Z");
const END = new Date(START + 30 * 86_400_000).toISOString();
const posts = Array.from({ length: 6 }, (_, n) => `019e1b9a-7c00-7000-8000-00000000000${n}`);

const touch = fc.record({
  id: fc.integer({ min: 1, max: 1000 }).map(String),
  post_id: fc.constantFrom(...posts),
  type: fc.constantFrom("like" as const, "view" as const, "website_click" as const),
  at: fc.integer({ min: 0, max: 30 * 86_400 }).map((second) => new Date(START + second * 1000).toISOString()),
});
const cents = fc.integer({ min: 0, max: 9_999_999 });

/** As much of a conversion as its earnings are made of. */
const conversion = fc
  .tuple(fc.array(touch, { maxLength: 60 }), cents)
  .map(
    ([touches, value]) =>
      ({ value, ...attributed(journeyOf(touches), { cents: value, conversion_at: END, half_life_days: 7 }) }) as unknown as Conversion & { value: number },
  );

const totals = (earnings: ReadonlyMap<string, Earned>): Earned => [...earnings.values()].reduce(addEarned, NOTHING_EARNED);

describe("what conversions bring their posts", () => {
  it("adds up to the value by each model, and to one conversion, whichever posts were touched how often", () => {
    fc.assert(
      fc.property(conversion, (one) => {
        const sums = totals(earningsOf(one));
        const isTouched = one.touches.length > 0;
        for (const model of Model.options) expect(sums[model]).toBe(isTouched ? one.value : 0);
        expect(sums.conversions).toBe(isTouched ? 1 : 0);
        expect(sums.assisted_conversions).toBe(Math.max(0, new Set(one.touches.map(({ post_id }) => post_id)).size - 1));
      }),
    );
  });
  it("is nothing, but for the counts, after a refund of all of it", () => {
    fc.assert(
      fc.property(conversion, ({ value, ...one }) => {
        const refund = { ...one, refund_of: one.id ?? "conversion", shares: takeBack(value, one.shares) } as Conversion;
        const rest = changeOfEarnings([], [one as Conversion, refund]);
        for (const model of Model.options) expect([...rest.values()].every((earned) => earned[model] === 0)).toBe(true);
        expect(totals(rest)).toMatchObject(one.touches.length > 0 ? { conversions: 1, refunds: 1 } : NOTHING_EARNED);
        for (const model of Model.options) expect(addShares(one.shares, refund.shares)[model].every((share) => share === 0)).toBe(true);
      }),
    );
  });
  it("changes by the difference: before and the change make after, and no change is left out or kept as 0", () => {
    fc.assert(
      fc.property(fc.array(conversion, { maxLength: 3 }), fc.array(conversion, { maxLength: 3 }), (before, after) => {
        const [was, is, change] = [changeOfEarnings([], before), changeOfEarnings([], after), changeOfEarnings(before, after)];
        for (const post of posts)
          expect(addEarned(was.get(post) ?? NOTHING_EARNED, change.get(post) ?? NOTHING_EARNED)).toEqual(is.get(post) ?? NOTHING_EARNED);
        expect(changeOfEarnings(before, before).size).toBe(0);
      }),
    );
  });
});

describe("a journey", () => {
  const at = (second: number, more: Partial<Touchpoint> = {}): Touchpoint => ({
    id: String(second),
    post_id: posts[0]!,
    type: "like",
    at: new Date(START + second * 1000).toISOString(),
    ...more,
  });

  it("is in the order of time, each touch once", () => {
    expect(journeyOf([at(3), at(1), at(3), at(2)])).toEqual({ touches: [at(1), at(2), at(3)], more_touches: false });
  });
  it("tells touches apart by kind and post, since ids are of one post and kind", () => {
    const same = [at(1), at(1, { type: "save" }), at(1, { post_id: posts[1]! })];
    expect(journeyOf(same).touches).toHaveLength(3);
  });
  it("does not depend on the order in which touches were found, at the same moment either", () => {
    fc.assert(
      fc.property(fc.array(touch, { maxLength: 60 }), (touches) => {
        const key = ({ type, post_id, id }: Touchpoint) => `${type}/${post_id}/${id}`;
        const distinct = [...new Map(touches.map((one) => [key(one), one])).values()];
        expect(journeyOf(distinct.toReversed())).toEqual(journeyOf(distinct));
      }),
    );
  });
  it("keeps the first and the latest of too many, and says that there were more", () => {
    const many = Array.from({ length: MOST_TOUCHES + 1 }, (_, second) => at(second));
    expect(journeyOf(many)).toEqual({ touches: [at(0), ...many.slice(2)], more_touches: true });
    expect(journeyOf(many.slice(1))).toEqual({ touches: many.slice(1), more_touches: false });
  });
});
