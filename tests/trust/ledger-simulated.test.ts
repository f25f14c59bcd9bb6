import { describe, expect, it } from "vitest";
import { atSize, figures } from "../support/figures.ts";
import { SIMULATED_FAULTS } from "../support/simulation/faults.ts";
import { keepSeed, keptSeeds } from "../support/simulation/seeds.ts";
import { type LedgerWorld, playLedgerWorlds } from "../support/simulation/ledger-worlds.ts";
import type { SimulatedLedgerRun } from "../support/simulation/simulated-ledger.ts";

/** Small worlds: their faults differ, and their books are quick to audit. A tenth of the planned orders is refused before it counts. */
const WORLDS = Number(process.env["SIMULATED_WORLDS"] ?? atSize({ test: 12, soak: 2_800 }));
const OPERATIONS = atSize({ test: 200, soak: 4_000 });
const TIMEOUT_MS = atSize({ test: 120_000, soak: 6 * 3_600_000 });
/** Every other operation meets a fault, on average. */
const RATES = [0.09, 0.2] as const;
/** The ledger reads single items, always consistently; these are for lists. */
const KINDS = SIMULATED_FAULTS.filter((kind) => !["short_page", "empty_page", "stale_index", "stale_read"].includes(kind));

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

const judge = (run: SimulatedLedgerRun, { result, plan }: LedgerWorld): void => {
  if (result.violations.length > 0) keepSeed("ledger", run, { plan, violations: result.violations });
  expect(result.violations, `Seed ${run.seed}`).toEqual([]);
};

describe("the credit ledger in the simulator", () => {
  it(
    "stays true with every seed that failed once",
    async () => {
      await playLedgerWorlds(keptSeeds<SimulatedLedgerRun>("ledger"), judge);
    },
    TIMEOUT_MS,
  );

  it(
    `stays true in ${WORLDS} worlds of ${OPERATIONS} operations`,
    async () => {
      const started = performance.now();
      const fired: Record<string, number> = {};
      let [operations, refused, calls, simulated_ms] = [0, 0, 0, 0];
      const runs = Array.from({ length: WORLDS }, (_, at) => ({ seed: at + 1, kinds: KINDS, rates: RATES, operations: OPERATIONS, members: 24, at_once: 16 }));
      await playLedgerWorlds(runs, (run, world) => {
        judge(run, world);
        operations += world.result.operations;
        refused += world.result.refused;
        calls += world.calls;
        simulated_ms += world.simulated_ms;
        for (const [kind, times] of Object.entries(world.fired)) fired[kind] = (fired[kind] ?? 0) + times;
      });
      const seconds = (performance.now() - started) / 1000;
      expect(
        KINDS.filter((kind) => !fired[kind]),
        "A kind of fault that never came proves nothing.",
      ).toEqual([]);
      expect(refused).toBeGreaterThan(0);
      const faults = sum(Object.values(fired));
      expect(faults).toBeGreaterThanOrEqual(operations / 2);
      expect(operations).toBeGreaterThanOrEqual(atSize({ test: 0, soak: 10_000_000 }));
      figures("R1", {
        "operations in the simulator": operations,
        "calls in the simulator": calls,
        "faults in the simulator": faults,
        "worlds in the simulator": WORLDS,
        "simulated operations a second": Math.round(operations / seconds),
        "simulated hours": Math.round(simulated_ms / 3_600_000),
      });
    },
    TIMEOUT_MS,
  );
});
