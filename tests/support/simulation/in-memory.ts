import type { Handler } from "../faults/wire.ts";
import { memoryEngine } from "./memory-engine.ts";

let engine: Handler | undefined;

/** What answers clients of DynamoDB in this process; undefined while they are to reach the engine. */
export const inThisProcess = (): Handler | undefined => engine;

/** From now on new clients have their tables in this process, until `leaveThisProcess`. */
export const stayInThisProcess = (): void => void (engine = memoryEngine());
export const leaveThisProcess = (): void => void (engine = undefined);
