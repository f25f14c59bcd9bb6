import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Candidate, type Payer, type TargetRequest, selectTargets } from "../../../../shared/soundcloud/target/select.ts";
import { tier } from "../../../../shared/soundcloud/tier/tier.ts";

const house = { family: "Electronic", subgenre: "house" };
const techno = { family: "Electronic", subgenre: "techno" };
const pop = { family: "Pop" };
const rules = { adjacency: { Pop: { Electronic: 0.5 } }, reach_per_credit: 2_000, inactivity_days: 90, recent_artist_days: 14 };

const candidate = (supporter_id: string, followers: number, more: Partial<Candidate> = {}): Candidate => ({
  supporter_id,
  followers,
  size_tier: tier(followers),
  reach_factor_milli: 60,
  genres: [house],
  completed: 0,
  unsuccessful: 0,
  days_since_last: null,
  is_self: false,
  avoided: false,
  is_linked: true,
  days_since_activity: 0,
  reposted_track_before: false,
  days_since_artist: null,
  free_slots: 1,
  ...more,
});

const FIVE = [
  candidate("m1", 500, { genres: [house], completed: 8, days_since_last: 14 }),
  candidate("m2", 5_000, { genres: [techno], completed: 3, unsuccessful: 1, days_since_last: 7 }),
  candidate("m3", 50_000, { genres: [pop], completed: 18, days_since_last: 20 }),
  candidate("m4", 200_000, { genres: [techno] }),
  candidate("m5", 800, { genres: [pop], completed: 1, unsuccessful: 3, days_since_last: 2 }),
];
const credits = (spendable: number, cap = 9): Payer => ({ kind: "wallet", spendable, cap });
const client: Payer = { kind: "campaign_account" };
const select = (more: Partial<TargetRequest> = {}) =>
  selectTargets({ genres: [house], candidates: FIVE, count: 10, mode: "balance", payer: client, rules, ...more });
const ids = (selection: ReturnType<typeof select>) => selection.targets.map(({ supporter_id }) => supporter_id);

describe("selectTargets", () => {
  it("shows score, reach and price of each target", () => {
    expect(select({ mode: "size" }).targets.map(({ supporter_id, size_tier, score, reach, price }) => [supporter_id, size_tier, score, reach, price])).toEqual([
      ["m4", "T4", 7_550, 12_000, 6],
      ["m3", "T3", 6_875, 3_000, 2],
      ["m2", "T2", 7_217, 300, 1],
      ["m5", "T1", 4_048, 48, 1],
      ["m1", "T1", 9_750, 30, 1],
    ]);
  });

  it("sums reach and price, and estimates the reach", () => {
    expect(select({ candidates: FIVE.slice(0, 4) })).toMatchObject({
      total_capacity: 15_330,
      estimated_credits: 10,
      expected_reach_max: 15_330,
      expected_reach_planned: 9_077,
      expected_reach_min: 0,
    });
  });

  describe("by size", () => {
    it("passes over what 4 credits cannot pay", () => {
      const selection = select({ mode: "size", payer: credits(4) });
      expect(ids(selection)).toEqual(["m3", "m2", "m5"]);
      expect(selection.excluded).toEqual([
        { supporter_id: "m1", reasons: ["insufficient_credits"] },
        { supporter_id: "m4", reasons: ["insufficient_credits"] },
      ]);
    });

    it("prefers the better score, then the lower id, at equal reach", () => {
      const candidates = [candidate("c", 500), candidate("b", 500), candidate("a", 500, { genres: [techno] })];
      expect(ids(select({ mode: "size", candidates }))).toEqual(["b", "c", "a"]);
    });
  });

  describe("in balance", () => {
    it("takes the best of T4, T3, T2 first", () => {
      const selection = select({ count: 3 });
      expect(ids(selection)).toEqual(["m4", "m3", "m2"]);
      expect(selection.estimated_credits).toBe(9);
    });

    it("goes on with smaller tiers when 4 credits do not pay T4", () => {
      const selection = select({ payer: credits(4), count: 3 });
      expect(ids(selection)).toEqual(["m3", "m2", "m1"]);
      expect(selection.estimated_credits).toBe(4);
    });

    it("shares ten targets over 5, 4, 3 and 1 eligible as 3, 3, 3 and 1", () => {
      const counts = { 500: 5, 5_000: 4, 50_000: 3, 200_000: 1 };
      const candidates = Object.entries(counts).flatMap(([followers, count]) =>
        Array.from({ length: count }, (_, index) => candidate(`${followers}-${index}`, Number(followers))),
      );
      const tiers = select({ candidates }).targets.map(({ size_tier }) => size_tier);
      expect(Object.groupBy(tiers, (name) => name)).toEqual({ T1: Array(3).fill("T1"), T2: Array(3).fill("T2"), T3: Array(3).fill("T3"), T4: ["T4"] });
    });
  });

  it.each<[string, Partial<Candidate>]>([
    ["self", { is_self: true }],
    ["avoid_list", { avoided: true }],
    ["account_status", { is_linked: false }],
    ["inactive", { days_since_activity: 91 }],
    ["same_track_before", { reposted_track_before: true }],
    ["recent_artist", { days_since_artist: 13 }],
    ["at_capacity", { free_slots: 0 }],
    ["genre", { genres: [{ family: "Jazz" }] }],
  ])("leaves a supporter out: %s", (reason, more) => {
    expect(select({ candidates: [candidate("a", 500, more)] })).toMatchObject({ targets: [], excluded: [{ supporter_id: "a", reasons: [reason] }] });
  });

  it("keeps a supporter at the edge of every rule", () => {
    const rulesWithFloor = { ...rules, adjacency: { Jazz: { Electronic: 0.3 } } };
    const edge = candidate("a", 500, { days_since_activity: 90, days_since_artist: 14, genres: [{ family: "Jazz" }] });
    expect(ids(select({ candidates: [edge], rules: rulesWithFloor, payer: credits(1, 1) }))).toEqual(["a"]);
  });

  it("leaves out who costs more than the artist's cap, but not for client work", () => {
    const candidates = [candidate("a", 300_000), candidate("b", 300_001)];
    const payer = credits(9, 9);
    expect(select({ candidates, payer }).excluded).toEqual([{ supporter_id: "b", reasons: ["price_above_cap", "insufficient_credits"] }]);
    expect(ids(select({ candidates }))).toEqual(["a", "b"]);
  });

  it("reports all reasons at once", () => {
    const worst = candidate("a", 400_000, {
      is_self: true,
      avoided: true,
      is_linked: false,
      days_since_activity: 100,
      reposted_track_before: true,
      days_since_artist: 0,
      free_slots: 0,
      genres: [],
    });
    expect(select({ candidates: [worst], payer: credits(1) }).excluded[0]?.reasons).toEqual([
      "self",
      "avoid_list",
      "account_status",
      "inactive",
      "same_track_before",
      "recent_artist",
      "at_capacity",
      "genre",
      "price_above_cap",
      "insufficient_credits",
    ]);
  });

  it("never exceeds count or credits, and does not depend on the order of candidates", () => {
    const anyCandidate = fc
      .record({
        followers: fc.nat({ max: 400_000 }),
        completed: fc.nat({ max: 5 }),
        days: fc.option(fc.nat({ max: 20 })),
        genre: fc.constantFrom(house, techno, pop, { family: "Jazz" }),
      })
      .map(({ followers, completed, days, genre }) => ({ followers, completed, days_since_last: days, genres: [genre] }));
    const request = fc.record({
      candidates: fc.array(anyCandidate, { maxLength: 20 }).map((all) => all.map((one, index) => candidate(`m${index}`, one.followers, one))),
      count: fc.nat({ max: 12 }),
      mode: fc.constantFrom("balance" as const, "size" as const),
      spendable: fc.nat({ max: 12 }),
    });
    fc.assert(
      fc.property(request, ({ candidates, count, mode, spendable }) => {
        const selection = select({ candidates, count, mode, payer: credits(spendable) });
        expect(selection.targets.length).toBeLessThanOrEqual(count);
        expect(selection.estimated_credits).toBeLessThanOrEqual(spendable);
        expect(select({ candidates: candidates.toReversed(), count, mode, payer: credits(spendable) })).toEqual(selection);
        if (selection.targets.length < count) expect(selection.targets.length + selection.excluded.length).toBe(candidates.length);
      }),
      { numRuns: 300, seed: 1 },
    );
  });
});
