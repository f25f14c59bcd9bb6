import { join, relative } from "node:path";
import { afterAll, beforeAll, expect } from "vitest";
import { dropTables } from "./dynamo.ts";
import { allOnEngine, isSoak } from "./figures.ts";
import { root } from "./matrix/operations.ts";
import { leaveThisProcess, stayInThisProcess } from "./simulation/in-memory.ts";

/**
 * Tests of many requests have their tables in this process, in the memory store, of which trust/memory-store.test.ts shows
 * that it answers as DynamoDB Local does; see docs/decisions/0015. `npm run test:soak` has them on DynamoDB Local, but for those
 * of so many requests that only this makes them possible.
 */
const IN_THIS_PROCESS = [
  "integration/identity/erase-crash",
  "workers",
  "trust/archive",
  "trust/attribution",
  "trust/authorization",
  "trust/canaries",
  "trust/crash-points",
  "trust/cursors",
  "trust/fuzz.test.ts",
  "trust/guards",
  "trust/import",
  "trust/isolation",
  "trust/malformed",
  "trust/planner",
  "trust/policies",
  "trust/queues",
  "trust/state-machines",
];

const AT_FULL_SIZE_TOO = ["trust/crash-points", "trust/fuzz.test.ts"];

beforeAll(() => {
  const file = relative(join(root, "tests"), expect.getState().testPath!);
  const isInThisProcess = (isSoak ? AT_FULL_SIZE_TOO : IN_THIS_PROCESS).some((place) => file.startsWith(place));
  if (isInThisProcess && !allOnEngine) stayInThisProcess();
});

// The tables of a file end with its last test.
afterAll(async () => {
  leaveThisProcess();
  await dropTables();
});
