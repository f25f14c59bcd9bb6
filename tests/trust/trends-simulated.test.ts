import { describe, expect, it } from "vitest";
import { atSize, figures } from "../support/figures.ts";
import { keepSeed, keptSeeds } from "../support/simulation/seeds.ts";
import { type SimulatedTrendsRun, simulateTrends } from "../support/simulation/simulated-trends.ts";

const WORLDS = Number(process.env["SIMULATED_WORLDS"] ?? atSize({ test: 6, soak: 1_000 }));
const TIMEOUT_MS = atSize({ test: 120_000, soak: 2 * 3_600_000 });

const play = async (run: SimulatedTrendsRun) => {
  const { result, plan } = await simulateTrends(run);
  if (result.violations.length > 0) keepSeed("trends", run, { plan, violations: result.violations });
  expect(result.violations, `Seed ${run.seed}`).toEqual([]);
  return result;
};

describe("counts of topics in the simulator", () => {
  it(
    "are the distinct persons of each window, with every seed that failed once",
    async () => {
      for (const run of keptSeeds<SimulatedTrendsRun>("trends")) await play(run);
    },
    TIMEOUT_MS,
  );

  it(
    `are so in ${WORLDS} worlds with faults, while mentions come shuffled, twice and in parallel, some are removed, and hours are evaluated`,
    async () => {
      let [counted, removed, episodes] = [0, 0, 0];
      for (let seed = 1; seed <= WORLDS; seed++) {
        const world = await play({ seed, mentions: 120, at_once: 6 });
        counted += world.counted;
        removed += world.removed;
        episodes += world.episodes;
      }
      // Nothing would be proven if nothing had happened.
      expect(counted).toBeGreaterThan(WORLDS * 100);
      expect(removed).toBeGreaterThan(WORLDS * 3);
      expect(episodes).toBeGreaterThan(0);
      figures("R4a", { "worlds of trends": WORLDS, "mentions counted": counted, "mentions removed": removed, "trends opened": episodes });
    },
    TIMEOUT_MS,
  );
});
