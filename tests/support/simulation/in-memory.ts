import { afterAll, beforeAll } from "vitest";
import { isSoak } from "../figures.ts";
import type { Handler } from "../faults/wire.ts";
import { memoryEngine } from "./memory-engine.ts";

let engine: Handler | undefined;

/** What answers clients of DynamoDB in this process instead of the engine; undefined for the engine. */
export const inThisProcess = (): Handler | undefined => engine;

/**
 * At the top of a file that makes very many small requests: its tables are in this process, in the memory store, of which
 * trust/memory-store.test.ts shows that it answers as DynamoDB Local does. `npm run test:soak` has them on DynamoDB Local.
 */
export const inMemory = (): void => {
  if (isSoak) return;
  beforeAll(() => void (engine = memoryEngine()));
  afterAll(() => void (engine = undefined));
};
