import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { expect, it } from "vitest";
import { entriesOf } from "../../infra/bundle.ts";
import { platforms } from "../../infra/platforms.ts";
import { tableVariable } from "../../shared/kernel/lambda.ts";
import { root } from "../support/matrix/operations.ts";

/** Loads modules where what is known to take long of Intl tells from where it was called, and prints those places. */
const child = `
  const asked = [];
  const from = () => /[^/]+\\/[^/]+:\\d+/.exec(new Error().stack.split("\\n").slice(3).find((line) => line.includes("file:")))?.[0];
  const watch = (owner, name) => {
    const original = owner[name];
    owner[name] = function (...args) {
      asked.push(name + " in " + from());
      return new.target ? new original(...args) : original.apply(this, args);
    };
  };
  for (const name of Object.getOwnPropertyNames(Intl)) watch(Intl, name);
  for (const kind of [Number, Date, Array, BigInt]) watch(kind.prototype, "toLocaleString");
  for (const name of ["toLocaleDateString", "toLocaleTimeString"]) watch(Date.prototype, name);
  watch(String.prototype, "localeCompare");
  for (const file of process.argv.slice(1)) await import(file);
  console.log(JSON.stringify(asked));
  process.exit(0);`;

it("no function asks for data of languages and zones while it loads: that takes 5 to 20 ms of its start", () => {
  const files = entriesOf(platforms.map(({ platform }) => platform)).map(({ source }) => join(root, source));
  const tables = Object.fromEntries(platforms.map(({ table }) => [tableVariable(table.id), table.id]));
  const env = { ...process.env, ...tables, CURSOR_KEY: "none", POWERTOOLS_LOG_LEVEL: "SILENT" };
  const told = execFileSync(process.execPath, ["--input-type=module", "--eval", child, ...files], { cwd: root, encoding: "utf8", env });
  expect(JSON.parse(told)).toEqual([]);
});
