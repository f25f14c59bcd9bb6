import { fuzzOperations } from "../support/fuzz/fuzz-operations.ts";
import { atSize } from "../support/figures.ts";

fuzzOperations(Number(process.env["FUZZ_CASES"] ?? atSize({ test: 4, soak: 500 })), "on the memory store");
