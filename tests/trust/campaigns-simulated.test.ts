import { describe, expect, it } from "vitest";
import { atSize, figures } from "../support/figures.ts";
import { SIMULATED_FAULTS, type SimulatedFault } from "../support/simulation/faults.ts";
import { keepSeed, keptSeeds } from "../support/simulation/seeds.ts";
import { type SimulatedCampaignsRun, simulateCampaigns } from "../support/simulation/simulated-campaigns.ts";

const WORLDS = Number(process.env["SIMULATED_WORLDS"] ?? atSize({ test: 4, soak: 1_000 }));
const TIMEOUT_MS = atSize({ test: 120_000, soak: 2 * 3_600_000 });
/** Few worlds meet few of the kinds, and these orders read no lists and write in transactions alone. */
const WANTED = atSize<readonly SimulatedFault[]>({
  test: ["crash_before", "unavailable"],
  soak: SIMULATED_FAULTS.filter((kind) => !["short_page", "empty_page", "stale_index", "write_in_conflict"].includes(kind)),
});

const play = async (run: SimulatedCampaignsRun) => {
  const { result, plan, fired } = await simulateCampaigns(run);
  if (result.violations.length > 0) keepSeed("campaigns", run, { plan, violations: result.violations });
  expect(result.violations, `Seed ${run.seed}`).toEqual([]);
  return { ...result, fired };
};

describe("the verified reposts of campaigns in the simulator", () => {
  it(
    "are the completed assignments that were not refunded, with every seed that failed once",
    async () => {
      for (const run of keptSeeds<SimulatedCampaignsRun>("campaigns")) await play(run);
    },
    TIMEOUT_MS,
  );

  it(
    `are so in ${WORLDS} worlds with faults, while ops pause, resume and change them`,
    async () => {
      let [verified, refunded, refused] = [0, 0, 0];
      const met: Record<string, number> = {};
      for (let seed = 1; seed <= WORLDS; seed++) {
        const world = await play({ seed, campaigns: 3, assignments: 12, at_once: 8 });
        verified += world.verified;
        refunded += world.refunded;
        refused += world.refused;
        for (const [kind, times] of Object.entries(world.fired)) met[kind] = (met[kind] ?? 0) + times;
      }
      expect(WANTED.filter((kind) => !met[kind])).toEqual([]);
      // Nothing would be proven if nothing had happened.
      expect(verified).toBeGreaterThan(WORLDS * 3);
      expect(refunded).toBeGreaterThan(WORLDS);
      expect(refused).toBeGreaterThan(0);
      const faults = Object.values(met).reduce((total, times) => total + times, 0);
      figures("R4a", { "worlds of campaigns": WORLDS, "faults among campaigns": faults, "reposts verified": verified, "reposts refunded": refunded });
    },
    TIMEOUT_MS,
  );
});
