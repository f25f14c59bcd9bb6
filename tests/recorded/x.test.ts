import { cpSync } from "node:fs";
import { it } from "vitest";
import { readRecords, recordsFolder } from "../support/recorder/records.ts";
it("x", () => { const r = readRecords(); console.log(r.calls.length, r.files.length, r.by_tests, r.looked, r.leaks); cpSync(recordsFolder(), "/tmp/rec-records", {recursive: true}); });
