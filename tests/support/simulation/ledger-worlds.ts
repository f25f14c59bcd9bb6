import { once } from "node:events";
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { isSoak } from "../figures.ts";
import type { Simulated } from "./simulation.ts";
import { type SimulatedLedger, type SimulatedLedgerRun, simulateLedger } from "./simulated-ledger.ts";

export type LedgerWorld = Simulated<SimulatedLedger>;
type Look = (run: SimulatedLedgerRun, world: LedgerWorld) => void;

const onThread = async (runs: Iterator<SimulatedLedgerRun>, look: Look): Promise<void> => {
  const thread = new Worker(new URL("./ledger-thread.ts", import.meta.url));
  try {
    for (let next = runs.next(); !next.done; next = runs.next()) {
      thread.postMessage(next.value);
      // An error of the thread rejects this.
      const [world] = (await once(thread, "message")) as [LedgerWorld];
      look(next.value, world);
    }
  } finally {
    await thread.terminate();
  }
};

/** Plays every run and looks at each world when it has ended: here one after another, at full size on a thread for each core. */
export const playLedgerWorlds = async (runs: readonly SimulatedLedgerRun[], look: Look): Promise<void> => {
  if (!isSoak) for (const run of runs) look(run, await simulateLedger(run));
  else {
    const left = runs.values();
    await Promise.all(Array.from({ length: availableParallelism() }, () => onThread(left, look)));
  }
};
