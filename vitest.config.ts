import { defineConfig } from "vitest/config";

const shared = { environment: "node" as const, testTimeout: 30_000, hookTimeout: 60_000 };

/** `unit` needs nothing but Node; `engine` runs on DynamoDB Local, fauxqs and the sandbox providers. */
export default defineConfig({
  test: {
    maxWorkers: 2,
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
          name: "engine",
          include: ["tests/{integration,api,workers,trust,local}/**/*.test.ts"],
          globalSetup: ["tests/support/global-setup.ts"],
        },
      },
    ],
  },
});
