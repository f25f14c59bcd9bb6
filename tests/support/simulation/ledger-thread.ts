import { isMainThread, parentPort } from "node:worker_threads";
import { type SimulatedLedgerRun, simulateLedger } from "./simulated-ledger.ts";

// A world is the same on whatever thread it is played; this one plays those that it is told.
if (!isMainThread) parentPort!.on("message", (run: SimulatedLedgerRun) => void simulateLedger(run).then((world) => parentPort!.postMessage(world)));
