import { defineConfig } from "vitest/config";

/** Files of one worker share their modules: loading them anew took an eighth of the time. Counters in them only number what is made. */
const shared = { environment: "node" as const, isolate: false, testTimeout: 30_000, hookTimeout: 60_000 };
const engines = { globalSetup: ["tests/support/global-setup.ts"] };
const HOURS_2 = 2 * 3_600_000;

/**
 * `unit` needs nothing but Node; `engine` runs on DynamoDB Local, fauxqs and the sandbox providers; `recorded` judges,
 * when `engine` is done, what its tests have called; `soak` is the tests of trust at full size, one file after another so
 * that their figures are their own.
 */
export default defineConfig({
  test: {
    maxWorkers: 3,
    projects: [
      {
        test: {
          ...shared,
          name: "unit",
          include: ["tests/{unit,contracts,architecture,infra}/**/*.test.ts"],
        },
      },
      {
        test: {
          ...shared,
          ...engines,
          name: "engine",
          setupFiles: ["tests/support/recorder/setup.ts", "tests/support/tables-setup.ts"],
          include: ["tests/{integration,api,workers,trust,local}/**/*.test.ts"],
        },
      },
      {
        test: {
          ...shared,
          name: "recorded",
          include: ["tests/recorded/**/*.test.ts"],
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          ...shared,
          ...engines,
          name: "soak",
          setupFiles: ["tests/support/tables-setup.ts"],
          include: ["tests/**/*.test.ts"],
          testTimeout: HOURS_2,
          hookTimeout: HOURS_2,
          fileParallelism: false,
        },
      },
    ],
  },
});
