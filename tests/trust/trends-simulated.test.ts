import { describe, expect, it } from "vitest";
import { atSize, figures } from "../support/figures.ts";
import { SIMULATED_FAULTS, type SimulatedFault } from "../support/simulation/faults.ts";
import { keepSeed, keptSeeds } from "../support/simulation/seeds.ts";
import { type SimulatedTrendsRun, simulateTrends } from "../support/simulation/simulated-trends.ts";

const WORLDS = Number(process.env["SIMULATED_WORLDS"] ?? atSize({ test: 6, soak: 1_000 }));
const TIMEOUT_MS = atSize({ test: 120_000, soak: 2 * 3_600_000 });
/** Few worlds meet few of the kinds, and an hour's topics are one page of the table itself. */
const WANTED = atSize<readonly SimulatedFault[]>({
  test: ["crash_before", "unavailable"],
  soak: SIMULATED_FAULTS.filter((kind) => !["empty_page", "stale_index"].includes(kind)),
});

const play = async (run: SimulatedTrendsRun) => {
  const { result, plan, fired } = await simulateTrends(run);
  if (result.violations.length > 0) keepSeed("trends", run, { plan, violations: result.violations });
  expect(result.violations, `Seed ${run.seed}`).toEqual([]);
  return { ...result, fired };
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
      const met: Record<string, number> = {};
      for (let seed = 1; seed <= WORLDS; seed++) {
        const world = await play({ seed, mentions: 120, at_once: 6 });
        counted += world.counted;
        removed += world.removed;
        episodes += world.episodes;
        for (const [kind, times] of Object.entries(world.fired)) met[kind] = (met[kind] ?? 0) + times;
      }
      expect(WANTED.filter((kind) => !met[kind])).toEqual([]);
      // Nothing would be proven if nothing had happened.
      expect(counted).toBeGreaterThan(WORLDS * 100);
      expect(removed).toBeGreaterThan(WORLDS * 3);
      expect(episodes).toBeGreaterThan(0);
      const faults = Object.values(met).reduce((total, times) => total + times, 0);
      figures("R4a", {
        "worlds of trends": WORLDS,
        "faults among trends": faults,
        "mentions counted": counted,
        "mentions removed": removed,
        "trends opened": episodes,
      });
    },
    TIMEOUT_MS,
  );
});
