import { join, relative } from "node:path";
import { afterAll, beforeAll, expect } from "vitest";
import { dropTables } from "./dynamo.ts";
import { allOnEngine, isSoak } from "./figures.ts";
import { root } from "./matrix/operations.ts";
import { leaveThisProcess, stayInThisProcess } from "./simulation/in-memory.ts";

/**
 * Tests of many requests have their tables in this process, in the memory store, of which trust/memory-store.test.ts shows
 * that it answers as DynamoDB Local does; see docs/decisions/0015. At full size they are on DynamoDB Local.
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
  "trust/hostile-mails",
  "trust/idempotency-crashes",
  "trust/inbound-webhooks",
  "trust/import",
  "trust/isolation",
  "trust/jobs-under-faults",
  "trust/malformed",
  "trust/outbound",
  "trust/planner",
  "trust/policies",
  "trust/queues",
  "trust/state-machines",
];

/** What a reply says of its cost is the engine's alone. */
const ON_THE_ENGINE = ["workers/social/rate-templates", "workers/social/refresh-post"];
/** Twice as many runs as a job has calls, 500 requests an operation, every text in every mail, two million events: a share of each is on DynamoDB Local, see E2 and S4. */
const AT_FULL_SIZE_TOO = ["trust/crash-points", "trust/engagement", "trust/fuzz.test.ts", "trust/hostile-mails", "trust/idempotency-crashes"];

beforeAll(() => {
  const file = relative(join(root, "tests"), expect.getState().testPath!).replaceAll("\\", "/");
  const isAmong = (places: readonly string[]): boolean => places.some((place) => file.startsWith(place));
  const isInThisProcess = isAmong(isSoak ? AT_FULL_SIZE_TOO : IN_THIS_PROCESS) && !isAmong(ON_THE_ENGINE) && !allOnEngine;
  if (isInThisProcess) stayInThisProcess();
});

// The tables of a file end with its last test.
afterAll(async () => {
  leaveThisProcess();
  await dropTables();
});
