import { afterAll } from "vitest";
import { dropTables } from "./dynamo.ts";

// The tables of a file end with its last test.
afterAll(dropTables);
