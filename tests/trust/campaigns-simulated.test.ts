import { describe, expect, it } from "vitest";
import { atSize, figures } from "../support/figures.ts";
import { keepSeed, keptSeeds } from "../support/simulation/seeds.ts";
import { type SimulatedCampaignsRun, simulateCampaigns } from "../support/simulation/simulated-campaigns.ts";

const WORLDS = Number(process.env["SIMULATED_WORLDS"] ?? atSize({ test: 4, soak: 1_000 }));
const TIMEOUT_MS = atSize({ test: 120_000, soak: 2 * 3_600_000 });

const play = async (run: SimulatedCampaignsRun) => {
  const { result, plan } = await simulateCampaigns(run);
  if (result.violations.length > 0) keepSeed("campaigns", run, { plan, violations: result.violations });
  expect(result.violations, `Seed ${run.seed}`).toEqual([]);
  return result;
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
      for (let seed = 1; seed <= WORLDS; seed++) {
        const world = await play({ seed, campaigns: 3, assignments: 12, at_once: 8 });
        verified += world.verified;
        refunded += world.refunded;
        refused += world.refused;
      }
      // Nothing would be proven if nothing had happened.
      expect(verified).toBeGreaterThan(WORLDS * 3);
      expect(refunded).toBeGreaterThan(WORLDS);
      expect(refused).toBeGreaterThan(0);
      figures("R4a", { "worlds of campaigns": WORLDS, "reposts verified": verified, "reposts refunded": refunded });
    },
    TIMEOUT_MS,
  );
});
