import { fuzzOperations } from "../support/fuzz/fuzz-operations.ts";
import { atSize } from "../support/figures.ts";

const cases = Number(process.env["FUZZ_CASES"] ?? atSize({ test: 4, soak: 500 }));
fuzzOperations({ cases, every: 1, least: atSize({ test: 0, soak: 100_000 }) }, "on the memory store");
