import { fuzzOperations } from "../support/fuzz/fuzz-operations.ts";
import { atSize } from "../support/figures.ts";

const { cases, every } = atSize({ test: { cases: 4, every: 40 }, soak: { cases: 80, every: 1 } });
fuzzOperations({ cases, every, least: atSize({ test: 0, soak: 20_000 }) }, "on DynamoDB Local");
