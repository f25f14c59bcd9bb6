import { expect, it } from "vitest";
import { allOnEngine, figures } from "../support/figures.ts";
import { isWholeSuite, readRecords } from "../support/recorder/records.ts";

it.runIf(allOnEngine)("the whole suite ran on DynamoDB Local", () => {
  const { calls, by_tests, files } = readRecords();
  expect(isWholeSuite(files)).toBe(true);
  figures("E2", { "test files": files.length, "calls of functions": calls.reduce((sum, { count }) => sum + count, 0), "calls of tests": by_tests });
});
