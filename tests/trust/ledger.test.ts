import { describe, expect, it } from "vitest";
import { FAULT_KINDS, type FaultKind } from "../support/faults/kinds.ts";
import { pick, randomOf } from "../support/faults/random.ts";
import { intercept, replied } from "../support/faults/wire.ts";
import { atSize, figures } from "../support/figures.ts";
import { type LedgerRun, playLedger } from "../support/ledger/ledger-world.ts";

const SEED = Number(process.env["LEDGER_SEED"] ?? 7);
const OPERATIONS = atSize({ test: 2_000, soak: 100_000 });
/** In a long run more are refused at their first step, and have no further ones. */
const PLANNED = atSize({ test: OPERATIONS, soak: 150_000 });
const TIMEOUT_MS = atSize({ test: 600_000, soak: 2 * 3_600_000 });
/** The ledger reads items and writes transactions; the other kinds are for lists and batches. */
const KINDS: readonly FaultKind[] = FAULT_KINDS.filter((kind) => !["unprocessed", "short_page", "empty_page", "stale_index"].includes(kind));
const RUN: LedgerRun = { seed: SEED, rate: 0.18, kinds: KINDS, operations: OPERATIONS, members: 60, at_once: 16 };

const isWallet = ({ Update }: { Update?: { Key: { sk: { S: string } } } }): boolean => Update?.Key.sk.S === "W";

describe("the credit ledger under faults", () => {
  it(
    `stays true over ${OPERATIONS} operations`,
    async () => {
      const { violations, gate, operations, refused } = await playLedger({ ...RUN, operations: PLANNED });
      expect(violations, `Seed ${SEED}`).toEqual([]);
      expect(
        gate.unfired(KINDS.filter((kind) => kind !== "write_in_conflict" || OPERATIONS >= 2000)),
        "A kind of fault that never came proves nothing.",
      ).toEqual([]);
      expect(operations).toBeGreaterThanOrEqual(OPERATIONS);
      expect(gate.faults).toBeGreaterThanOrEqual(OPERATIONS / 2);
      expect(refused).toBeGreaterThan(0);
      figures("R1", { "operations on the engine": operations, "faults on the engine": gate.faults, "kinds of fault": Object.keys(gate.fired).length });
    },
    TIMEOUT_MS,
  );

  // The other mistakes are found in the simulator (mutants.test.ts), which takes the same orders and the same audit.
  it("finds it when success is told before anything is stored", async () => {
    const random = randomOf(SEED);
    const mutant: NonNullable<LedgerRun["mutant"]> = (handler) =>
      intercept(handler, ({ body, forward }) => (body.TransactItems?.some(isWallet) && random() < 0.2 ? replied(200, {}) : forward()));
    const { violations } = await playLedger({ ...RUN, operations: 60, members: 6, at_once: 8, deliveries: 6, mutant });
    expect(violations).not.toEqual([]);
  }, 60_000);

  it("draws the same faults from the same seed", () => {
    const draw = (): number[] => {
      const random = randomOf(SEED);
      return Array.from({ length: 50 }, () => pick(random, [1, 2, 3, 4, 5]));
    };
    expect(draw()).toEqual(draw());
  });
});
