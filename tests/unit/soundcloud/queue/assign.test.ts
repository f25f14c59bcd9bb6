import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type QueueInput, assign } from "../../../../shared/soundcloud/queue/assign.ts";
import { bestByBruteForce } from "./brute-force.ts";
import { mostAssignments } from "./most-assignments.ts";

type Targets = readonly (readonly [supporter: string, score: number, price?: number])[];
const wanting = (
  submission_id: string,
  needs: number,
  targets: Targets,
  more: { artist_id?: string; payer_id?: string; waiting_days?: number; credits?: number | null } = {},
) => ({
  submission_id,
  artist_id: more.artist_id ?? `artist of ${submission_id}`,
  payer_id: more.payer_id,
  needs,
  waiting_days: more.waiting_days ?? 0,
  spendable_credits: more.credits ?? null,
  targets: targets.map(([supporter_id, score, price = 1]) => ({ supporter_id, score, price })),
});
const slots = (capacities: Record<string, number>) => Object.entries(capacities).map(([supporter_id, capacity]) => ({ supporter_id, capacity }));
const pairs = (input: QueueInput) =>
  assign(input)
    .assignments.map(({ submission_id, supporter_id }) => `${submission_id}-${supporter_id}`)
    .toSorted();
const total = (input: QueueInput) => assign(input).assignments.reduce((sum, { score }) => sum + score, 0);

describe("assign", () => {
  it("gives way to a submission that has no other supporter", () => {
    const input = {
      supply: slots({ A: 1, B: 1 }),
      demand: [
        wanting("S1", 1, [
          ["A", 9000],
          ["B", 7000],
        ]),
        wanting("S2", 1, [["A", 5000]]),
      ],
    };
    expect(pairs(input)).toEqual(["S1-B", "S2-A"]);
  });

  it("fills three slots for 230 instead of two for 169.5", () => {
    const input = {
      supply: slots({ A: 1, B: 1, C: 1 }),
      demand: [
        wanting("S1", 2, [
          ["A", 9750],
          ["B", 7200],
          ["C", 6800],
        ]),
        wanting("S2", 1, [["A", 9000]]),
      ],
    };
    expect(pairs(input)).toEqual(["S1-B", "S1-C", "S2-A"]);
    expect(total(input)).toBe(23_000);
  });

  it("serves the longer waiting submission although the other scores higher", () => {
    const input = { supply: slots({ A: 1 }), demand: [wanting("S1", 1, [["A", 9000]]), wanting("S2", 1, [["A", 100]], { waiting_days: 1 })] };
    expect(pairs(input)).toEqual(["S2-A"]);
  });

  it("prefers one more assignment to any waiting time", () => {
    const input = {
      supply: slots({ A: 1, B: 1 }),
      demand: [
        wanting("S1", 1, [["A", 1]], { waiting_days: 400 }),
        wanting("S2", 1, [
          ["A", 1],
          ["B", 1],
        ]),
        wanting("S3", 1, [["A", 10_000]], { waiting_days: 3 }),
      ],
    };
    expect(pairs(input)).toEqual(["S1-A", "S2-B"]);
  });

  it("breaks plain ties by id", () => {
    expect(
      pairs({
        supply: slots({ B: 1, A: 1, C: 1 }),
        demand: [
          wanting("S1", 1, [
            ["C", 50],
            ["A", 50],
            ["B", 50],
          ]),
        ],
      }),
    ).toEqual(["S1-A"]);
    expect(pairs({ supply: slots({ A: 1 }), demand: [wanting("S2", 1, [["A", 50]]), wanting("S1", 1, [["A", 50]]), wanting("S3", 1, [["A", 50]])] })).toEqual([
      "S1-A",
    ]);
    expect(
      pairs({
        supply: slots({ B: 1, A: 1 }),
        demand: [
          wanting("S2", 1, [
            ["A", 50],
            ["B", 50],
          ]),
          wanting("S1", 1, [
            ["A", 50],
            ["B", 50],
          ]),
        ],
      }),
    ).toEqual(["S1-A", "S2-B"]);
    expect(
      pairs({
        supply: slots({ A: 1, B: 1, C: 1, D: 1 }),
        demand: [
          wanting("S1", 2, [
            ["A", 50],
            ["B", 50],
            ["C", 50],
            ["D", 50],
          ]),
          wanting("S2", 1, [
            ["A", 50],
            ["B", 50],
            ["C", 50],
            ["D", 50],
          ]),
        ],
      }),
    ).toEqual(["S1-A", "S1-B", "S2-C"]);
  });

  it("lets a supporter take an artist once a day, whichever submission it is", () => {
    const input = {
      supply: slots({ A: 2, B: 1 }),
      demand: [
        wanting("S1", 1, [["A", 90]], { artist_id: "X" }),
        wanting(
          "S2",
          1,
          [
            ["A", 80],
            ["B", 10],
          ],
          { artist_id: "X" },
        ),
        wanting("S3", 1, [["B", 100]]),
      ],
    };
    expect(pairs(input)).toEqual(["S1-A", "S3-B"]);
    expect(assign(input).empty).toEqual([{ supporter_id: "A", empty_slots: 1, reason: "conflict" }]);
    expect(assign(input).unfilled).toEqual([{ submission_id: "S2", missing: 1, reason: "capacity" }]);
  });

  it("numbers assignments from 1: longest waiting, then score, then ids", () => {
    const { assignments } = assign({
      supply: slots({ A: 2, B: 2 }),
      demand: [
        wanting("S1", 2, [
          ["A", 50],
          ["B", 60],
        ]),
        wanting("S2", 1, [["B", 10]], { waiting_days: 2 }),
        wanting("S3", 1, [["A", 60]]),
      ],
    });
    expect(assignments.map(({ position, submission_id, supporter_id }) => `${position} ${submission_id}-${supporter_id}`)).toEqual([
      "1 S2-B",
      "2 S1-B",
      "3 S3-A",
      "4 S1-A",
    ]);
  });

  it("keeps a payer's assignments by score while its credits last, passing over what is too dear", () => {
    const input = {
      supply: slots({ A: 1, B: 1, C: 1, D: 1 }),
      demand: [
        wanting(
          "S1",
          2,
          [
            ["A", 90, 2],
            ["B", 80, 2],
          ],
          { credits: 3, payer_id: "M" },
        ),
        wanting("S2", 1, [["C", 70, 1]], { credits: 3, payer_id: "M" }),
        wanting("S3", 1, [["D", 10, 99]], { credits: null, payer_id: "M" }),
      ],
    };
    expect(pairs(input)).toEqual(["S1-A", "S2-C", "S3-D"]);
    expect(assign(input).empty).toEqual([{ supporter_id: "B", empty_slots: 1, reason: "credits" }]);
    expect(assign(input).unfilled).toEqual([{ submission_id: "S1", missing: 1, reason: "credits" }]);
  });

  it("says why a slot is empty", () => {
    const reason = (input: QueueInput) => assign(input).empty.map(({ supporter_id, empty_slots, reason: why }) => `${supporter_id} ${empty_slots} ${why}`);
    expect(reason({ supply: slots({ A: 2 }), demand: [] })).toEqual(["A 2 no_demand"]);
    expect(
      reason({
        supply: slots({ A: 1, B: 1, C: 3 }),
        demand: [
          wanting("S1", 1, [
            ["A", 50],
            ["B", 40],
          ]),
        ],
      }),
    ).toEqual(["B 1 demand_met", "C 3 not_proposed"]);
    expect(reason({ supply: slots({ A: 1 }), demand: [wanting("S1", 1, [["A", 50]])], conflicts: [{ submission_id: "S1", supporter_id: "A" }] })).toEqual([
      "A 1 conflict",
    ]);
  });

  it("says why demand is not met", () => {
    const reason = (input: QueueInput) => assign(input).unfilled.map(({ submission_id, missing, reason: why }) => `${submission_id} ${missing} ${why}`);
    expect(reason({ supply: slots({ A: 1 }), demand: [wanting("S1", 3, [["A", 50]])] })).toEqual(["S1 2 no_supporter"]);
    expect(
      reason({
        supply: slots({ A: 1 }),
        demand: [
          wanting("S1", 2, [
            ["A", 50],
            ["Z", 40],
          ]),
        ],
      }),
    ).toEqual(["S1 1 capacity"]);
    expect(reason({ supply: slots({ A: 1 }), demand: [wanting("S1", 1, [["A", 50]])], conflicts: [{ submission_id: "S1", supporter_id: "A" }] })).toEqual([
      "S1 1 conflict",
    ]);
  });
});

/** Few ids and few distinct numbers, so that contention and ties are the rule. */
const roster = (supporters: number, submissions: number, degree: number): fc.Arbitrary<QueueInput> => {
  const supporterIds = Array.from({ length: supporters }, (_, index) => `m${index}`);
  const demand = (index: number) =>
    fc.record({
      submission_id: fc.constant(`s${index}`),
      artist_id: fc.constantFrom("x", "y", "z"),
      needs: fc.integer({ min: 0, max: 3 }),
      waiting_days: fc.integer({ min: 0, max: 2 }),
      spendable_credits: fc.constant(null),
      targets: fc.uniqueArray(
        fc.record({ supporter_id: fc.constantFrom(...supporterIds, "gone"), score: fc.constantFrom(0, 1, 4000, 7550, 9750), price: fc.constant(1) }),
        {
          selector: ({ supporter_id }) => supporter_id,
          maxLength: degree,
        },
      ),
    });
  return fc.record({
    supply: fc.tuple(...supporterIds.map((supporter_id) => fc.record({ supporter_id: fc.constant(supporter_id), capacity: fc.integer({ min: 0, max: 2 }) }))),
    demand: fc.tuple(...Array.from({ length: submissions }, (_, index) => demand(index))),
    conflicts: fc.array(fc.record({ submission_id: fc.constantFrom("s0", "s1"), supporter_id: fc.constantFrom(...supporterIds) }), { maxLength: 2 }),
  });
};

/** What each supporter costs, and what each artist can spend: little, so that it is the rule that somebody cannot pay. */
const paying = fc
  .record({
    input: roster(4, 5, 3),
    prices: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 4, maxLength: 4 }),
    credits: fc.record({ x: fc.nat({ max: 5 }), y: fc.nat({ max: 5 }), z: fc.constant(null) }),
  })
  .map(({ input, prices, credits }): QueueInput & { readonly credits: typeof credits } => ({
    ...input,
    credits,
    demand: input.demand.map((one) => ({
      ...one,
      spendable_credits: credits[one.artist_id as "x" | "y" | "z"],
      targets: one.targets.map((target) => ({ ...target, price: prices[Number(target.supporter_id.slice(1))] ?? 1 })),
    })),
  }));

describe("assign, for any roster", () => {
  it("spends no more than there is, fills no more than can be paid, and leaves out only what could not be paid any more", () => {
    let unpaid = 0;
    fc.assert(
      fc.property(paying, (input) => {
        const kept = assign(input).assignments;
        const wanted = assign({ ...input, demand: input.demand.map((one) => ({ ...one, spendable_credits: null })) }).assignments;
        const best = bestByBruteForce(input).length;
        const left = (artist: string): number =>
          (input.credits[artist as "x" | "y" | "z"] ?? Infinity) -
          kept.filter(({ artist_id }) => artist_id === artist).reduce((sum, { price }) => sum + price, 0);
        for (const { artist_id } of input.demand) expect(left(artist_id)).toBeGreaterThanOrEqual(0);
        const keys = new Set(kept.map(({ submission_id, supporter_id }) => `${submission_id} ${supporter_id}`));
        const dropped = wanted.filter(({ submission_id, supporter_id }) => !keys.has(`${submission_id} ${supporter_id}`));
        expect(kept.length + dropped.length).toBe(wanted.length);
        for (const { artist_id, price } of dropped) expect(price).toBeGreaterThan(left(artist_id));
        expect(kept.length).toBeLessThanOrEqual(best);
        if (dropped.length === 0) expect(kept.length).toBe(best);
        unpaid += dropped.length;
      }),
      { numRuns: 400, seed: 5 },
    );
    expect(unpaid).toBeGreaterThan(100);
  });

  it("equals the best of all possible queues", () => {
    fc.assert(
      fc.property(roster(4, 5, 3), (input) => {
        const best = bestByBruteForce(input).map(({ submission_id, supporter_id }) => `${submission_id}-${supporter_id}`);
        expect(pairs(input)).toEqual(best.toSorted());
      }),
      { numRuns: 400, seed: 1 },
    );
  });

  it("fills as much as one augmenting path after another does, on larger rosters", () => {
    const larger = roster(40, 60, 6).map(({ supply, demand }) => ({ supply, demand }));
    fc.assert(
      fc.property(larger, (input) => {
        expect(assign(input).assignments.length).toBe(mostAssignments(input));
      }),
      { numRuns: 50, seed: 4 },
    );
  });

  it("accounts for every slot and every need, within every rule", () => {
    fc.assert(
      fc.property(roster(8, 12, 8), (input) => {
        const { assignments, empty, unfilled } = assign(input);
        const capacity = input.supply.reduce((sum, one) => sum + one.capacity, 0);
        const needs = input.demand.reduce((sum, one) => sum + one.needs, 0);
        expect(assignments.length + empty.reduce((sum, one) => sum + one.empty_slots, 0)).toBe(capacity);
        expect(assignments.length + unfilled.reduce((sum, one) => sum + one.missing, 0)).toBe(needs);
        expect(assignments.map(({ position }) => position)).toEqual(assignments.map((_, index) => index + 1));
        expect(new Set(assignments.map(({ artist_id, supporter_id }) => `${artist_id} ${supporter_id}`)).size).toBe(assignments.length);
        for (const { supporter_id, capacity: limit } of input.supply)
          expect(assignments.filter((one) => one.supporter_id === supporter_id).length).toBeLessThanOrEqual(limit);
        for (const { submission_id, supporter_id } of input.conflicts ?? [])
          expect(assignments.some((one) => one.submission_id === submission_id && one.supporter_id === supporter_id)).toBe(false);
      }),
      { numRuns: 200, seed: 2 },
    );
  });

  it("gives the same bytes for any order of the input", () => {
    const shuffled = <T>(values: readonly T[]) => fc.shuffledSubarray([...values], { minLength: values.length });
    const permuted = roster(8, 12, 8).chain((input) =>
      fc.record({
        input: fc.constant(input),
        other: fc.record({
          supply: shuffled(input.supply),
          demand: shuffled(input.demand.map((one) => ({ ...one, targets: one.targets.toReversed() }))),
          conflicts: shuffled(input.conflicts ?? []),
        }),
      }),
    );
    fc.assert(
      fc.property(permuted, ({ input, other }) => {
        expect(JSON.stringify(assign(other))).toBe(JSON.stringify(assign(input)));
      }),
      { seed: 3 },
    );
  });
});
