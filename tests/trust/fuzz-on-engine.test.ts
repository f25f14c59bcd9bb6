import { fuzzOperations } from "../support/fuzz/fuzz-operations.ts";
import { atSize } from "../support/figures.ts";

const { cases, every } = atSize({ test: { cases: 4, every: 40 }, soak: { cases: 55, every: 1 } });
fuzzOperations(cases, "on DynamoDB Local", every);
