import { describe, expect, it } from "vitest";
import { atSize, figures } from "../support/figures.ts";
import { SIMULATED_FAULTS } from "../support/simulation/faults.ts";
import { type GrantsRun, simulateGrants } from "../support/simulation/simulated-grants.ts";
import { keepSeed, keptSeeds } from "../support/simulation/seeds.ts";

/** As many worlds as it takes: their faults differ, and members do not hold each other up. */
const WORLDS = atSize({ test: 12, soak: 40 });
const MEMBERS = atSize({ test: 15, soak: 125 });
const MONTHS = atSize({ test: 6, soak: 24 });
const TIMEOUT_MS = atSize({ test: 120_000, soak: 3_600_000 });
const ORGS = 2;
/** A single write that is repeated on conflict is rare here, and comes at full size. */
const WANTED = atSize({ test: ["crash_before", "clock_jump", "stale_index"], soak: SIMULATED_FAULTS });

const play = async (run: GrantsRun) => {
  const { result, ...more } = await simulateGrants(run);
  if (result.violations.length > 0) keepSeed("grants", run, { plan: more.plan, violations: result.violations });
  expect(result.violations, `Seed ${run.seed}`).toEqual([]);
  return { ...result, ...more };
};

describe("the monthly grant", () => {
  it(
    "stays right with every seed that failed once",
    async () => {
      for (const run of keptSeeds<GrantsRun>("grants")) await play(run);
    },
    TIMEOUT_MS,
  );

  it(
    `comes once a month to each of ${WORLDS * ORGS * MEMBERS} members over ${MONTHS} months`,
    async () => {
      const fired: Record<string, number> = {};
      let [grants, clipped, spends, ticks, missed] = [0, 0, 0, 0, 0];
      for (let seed = 1; seed <= WORLDS; seed++) {
        const world = await play({ seed, orgs: ORGS, members: MEMBERS, months: MONTHS });
        grants += world.grants;
        clipped += world.clipped;
        spends += world.spends;
        ticks += world.ticks;
        missed += world.missed;
        for (const [kind, times] of Object.entries(world.fired)) fired[kind] = (fired[kind] ?? 0) + times;
      }
      expect(clipped).toBeGreaterThan(0);
      // Of those that are tried beside the grants, one a member every other month, most are carried out.
      expect(spends).toBeGreaterThan((WORLDS * ORGS * MEMBERS * MONTHS) / 4);
      expect(
        WANTED.filter((kind) => !fired[kind]),
        "A kind of fault that never came proves nothing.",
      ).toEqual([]);
      figures("R2", {
        members: WORLDS * ORGS * MEMBERS,
        months: MONTHS,
        grants,
        "grants clipped by the cap": clipped,
        "spends beside them": spends,
        "runs of the schedule": ticks,
        "months missed and made up for": missed,
        "faults met": Object.values(fired).reduce((total, times) => total + times, 0),
      });
    },
    TIMEOUT_MS,
  );
});
