import { describe, expect, it } from "vitest";
import { atSize, figures } from "../support/figures.ts";
import { type DeliveryRun, simulateDelivery } from "../support/simulation/simulated-delivery.ts";
import { keepSeed, keptSeeds } from "../support/simulation/seeds.ts";
import { SIMULATED_FAULTS } from "../support/simulation/faults.ts";

const ORGS = atSize({ test: 40, soak: 4_000 });
const WORLDS = atSize({ test: 6, soak: 200 });
/** A world meets a quarter of the kinds, so a few more are played where some never came. */
const MOST_WORLDS = atSize({ test: 40, soak: 200 });
/** Those that this path can meet: it writes in transactions alone, and an org's one member makes one page. */
const KINDS = SIMULATED_FAULTS.filter((kind) => !["write_in_conflict", "empty_page"].includes(kind));
const TIMEOUT_MS = atSize({ test: 120_000, soak: 3_600_000 });
/** Doubled and poisoned messages, and those that come again, on top of the orders. */
const DELIVERIES = atSize({ test: 800, soak: 100_000 });
const RUN: DeliveryRun = { seed: 5, orgs: ORGS, months: 20, duplicates: 0.2, poison: 0.01, shuffled: true, kinds: [], workers: 8 };

const inOrder = (run: DeliveryRun): DeliveryRun => ({ ...run, duplicates: 0, poison: 0, shuffled: false, kinds: [], workers: 1 });

const play = async (run: DeliveryRun) => {
  const { result, ...more } = await simulateDelivery(run);
  if (result.violations.length > 0) keepSeed("delivery", run, { plan: more.plan, violations: result.violations });
  expect(result.violations, `Seed ${run.seed}`).toEqual([]);
  return { ...result, ...more };
};

describe("delivery at least once", () => {
  it(
    "stays right with every seed that failed once",
    async () => {
      for (const run of keptSeeds<DeliveryRun>("delivery")) await play(run);
    },
    TIMEOUT_MS,
  );

  it(
    `leaves what a single delivery in order leaves: ${ORGS * RUN.months} orders, shuffled, doubled and poisoned`,
    async () => {
      const disturbed = await play(RUN);
      const quiet = await play(inOrder(RUN));
      expect(disturbed.state).toEqual(quiet.state);
      expect(disturbed.deliveries).toBeGreaterThanOrEqual(DELIVERIES);
      expect(disturbed.poisoned).toBeGreaterThan(disturbed.messages * 0.008);
      figures("R4", {
        deliveries: disturbed.deliveries,
        messages: disturbed.messages,
        "poison messages": disturbed.poisoned,
        "dead after redriving, unreadable all of them": disturbed.unread,
      });
    },
    TIMEOUT_MS,
  );

  it(
    "leaves it under faults too, crashed workers and doubled answers among them",
    async () => {
      const fired: Record<string, number> = {};
      const small = { ...RUN, orgs: 6, months: 6, workers: 4 };
      const quiet = await play(inOrder(small));
      const unmet = (): string[] => KINDS.filter((kind) => !fired[kind]);
      let worlds = 0;
      while (worlds < WORLDS || (worlds < MOST_WORLDS && unmet().length > 0)) {
        const seed = (worlds += 1);
        const world = await play({ ...small, seed, kinds: KINDS });
        expect(world.state, `Seed ${seed}`).toEqual(quiet.state);
        for (const [kind, times] of Object.entries(world.fired)) fired[kind] = (fired[kind] ?? 0) + times;
      }
      const faults = Object.values(fired).reduce((total, times) => total + times, 0);
      expect(unmet()).toEqual([]);
      figures("R4", { "worlds with faults": worlds, "faults met": faults, "kinds of faults met": Object.keys(fired).length });
    },
    TIMEOUT_MS,
  );
});
