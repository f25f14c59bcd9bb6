import { describe, expect, it } from "vitest";
import { atSize, figures } from "../support/figures.ts";
import { type SimulatedLedgerRun, simulateLedger } from "../support/simulation/simulated-ledger.ts";

const SEEDS = atSize({ test: 10, soak: 1_000 });
const TIMEOUT_MS = atSize({ test: 120_000, soak: 3_600_000 });
const runOf = (seed: number): SimulatedLedgerRun => ({ seed, operations: 40, members: 4, at_once: 6 });

describe("a simulated run", () => {
  it(
    `is the same again with the same seed, ${SEEDS} times`,
    async () => {
      const traces = new Set<string>();
      let calls = 0;
      for (let seed = 1; seed <= SEEDS; seed++) {
        const [first, again] = [await simulateLedger(runOf(seed)), await simulateLedger(runOf(seed))];
        expect({ seed, trace: again.trace, fired: again.fired }).toEqual({ seed, trace: first.trace, fired: first.fired });
        traces.add(first.trace);
        calls += first.calls + again.calls;
      }
      expect(traces.size, "Another seed is another run.").toBe(SEEDS);
      figures("R16", { "seeds run twice": SEEDS, "distinct traces": traces.size, "calls compared": calls });
    },
    TIMEOUT_MS,
  );

  it("is another one when a single call differs", async () => {
    let calls = 0;
    const differs = (await simulateLedger({
      ...runOf(1),
      mutant: (db) => ({ ...db, send: (op, pattern, input) => db.send(op, ++calls === 50 ? `${pattern}?` : pattern, input) }),
    })) as { trace: string };
    expect(differs.trace).not.toBe((await simulateLedger(runOf(1))).trace);
  });
});
