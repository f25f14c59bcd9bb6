import { relative } from "node:path";
import { afterAll, expect } from "vitest";
import { root } from "../matrix/operations.ts";
import { flushRecords } from "./records.ts";

// Every file of the project writes down what it has recorded when its last test is done.
afterAll(() => flushRecords(relative(root, expect.getState().testPath!)));
