import { describe } from "vitest";
import { isSoak } from "../support/figures.ts";
import { fuzzOperations } from "../support/fuzz/fuzz-operations.ts";

describe.runIf(isSoak)("on the engine", () => fuzzOperations(Number(process.env["FUZZ_CASES"] ?? 55), "on DynamoDB Local"));
