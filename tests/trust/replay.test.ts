import { describe, expect, it } from "vitest";
import { atSize, figures } from "../support/figures.ts";
import { SIMULATED_FAULTS } from "../support/simulation/faults.ts";
import { simulateCampaigns } from "../support/simulation/simulated-campaigns.ts";
import { simulateDelivery } from "../support/simulation/simulated-delivery.ts";
import { simulateGrants } from "../support/simulation/simulated-grants.ts";
import { simulateInbox } from "../support/simulation/simulated-inbox.ts";
import { type SimulatedLedgerRun, simulateLedger } from "../support/simulation/simulated-ledger.ts";
import { simulateMail } from "../support/simulation/simulated-mail.ts";
import { simulateSlack } from "../support/simulation/simulated-slack.ts";
import { simulateTrends } from "../support/simulation/simulated-trends.ts";
import type { Simulated } from "../support/simulation/simulation.ts";

const MANY_SEEDS = atSize({ test: 10, soak: 1_000 });
const SOME_SEEDS = atSize({ test: 2, soak: 100 });
const TIMEOUT_MS = atSize({ test: 120_000, soak: 3_600_000 });
const runOf = (seed: number): SimulatedLedgerRun => ({ seed, operations: 40, members: 4, at_once: 6 });

interface Simulator {
  readonly name: string;
  readonly seeds: number;
  readonly run: (seed: number) => Promise<Simulated<unknown>>;
}
const DELIVERY = { orgs: 3, months: 3, duplicates: 0.2, poison: 0.1, shuffled: true, workers: 4, kinds: SIMULATED_FAULTS };
const SIMULATORS: readonly Simulator[] = [
  { name: "ledger", seeds: MANY_SEEDS, run: (seed) => simulateLedger(runOf(seed)) },
  { name: "delivery", seeds: MANY_SEEDS, run: (seed) => simulateDelivery({ ...DELIVERY, seed }) },
  { name: "grants", seeds: SOME_SEEDS, run: (seed) => simulateGrants({ seed, orgs: 2, members: 4, months: 3 }) },
  { name: "campaigns", seeds: SOME_SEEDS, run: (seed) => simulateCampaigns({ seed, campaigns: 2, assignments: 6, at_once: 6 }) },
  { name: "trends", seeds: SOME_SEEDS, run: (seed) => simulateTrends({ seed, mentions: 40, at_once: 4 }) },
  { name: "inbox", seeds: SOME_SEEDS, run: (seed) => simulateInbox({ seed, events: 12, at_once: 4 }) },
  { name: "mail", seeds: SOME_SEEDS, run: (seed) => simulateMail({ seed, members: 4, at_once: 4 }) },
  { name: "slack", seeds: SOME_SEEDS, run: (seed) => simulateSlack({ seed, messages: 6, at_once: 4 }) },
];

describe("a simulated run", () => {
  it.each(SIMULATORS)(
    "of the $name is the same again with the same seed, $seeds times",
    async ({ name, seeds, run }) => {
      const traces = new Set<string>();
      let calls = 0;
      for (let seed = 1; seed <= seeds; seed++) {
        const [first, again] = [await run(seed), await run(seed)];
        expect({ seed, trace: again.trace, fired: again.fired, result: again.result }).toEqual({
          seed,
          trace: first.trace,
          fired: first.fired,
          result: first.result,
        });
        traces.add(first.trace);
        calls += first.calls + again.calls;
      }
      expect(traces.size, "Another seed is another run.").toBe(seeds);
      figures("R16", { [`seeds of the ${name} run twice`]: seeds, [`calls of the ${name} compared`]: calls });
    },
    TIMEOUT_MS,
  );

  it("is another one when a single call differs", async () => {
    let calls = 0;
    const differs = await simulateLedger({
      ...runOf(1),
      mutant: (db) => ({ ...db, send: (op, pattern, input) => db.send(op, ++calls === 50 ? `${pattern}?` : pattern, input) }),
    });
    expect(differs.trace).not.toBe((await simulateLedger(runOf(1))).trace);
  });
});
