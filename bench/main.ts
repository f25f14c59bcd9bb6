/**
 * Measures the subjects of this folder, each in a process of its own: `npm run bench`, or some with `-- queue warm`.
 * `--json` prints one JSON object a figure and nothing else. Writes docs/performance.md from the last run of each
 * subject; ends with status 1 when a bound is missed.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { type LastMeasured, performancePage } from "./page.ts";
import type { Measured, Subject } from "./subject.ts";

const root = join(import.meta.dirname, "..");
const store = join(root, "docs/figures/performance.json");
const page = join(root, "docs/performance.md");
const names = readdirSync(join(import.meta.dirname, "subjects"))
  .filter((file) => file.endsWith(".ts"))
  .map((file) => file.slice(0, -".ts".length))
  .toSorted();

const subjectOf = async (name: string): Promise<Subject> => ((await import(`./subjects/${name}.ts`)) as { subject: Subject }).subject;

/** The child prints its result behind this mark, so that whatever else is printed does no harm. */
const MARK = "\u001emeasured ";

const measureApart = (name: string): Measured => {
  const output = execFileSync(process.execPath, ["--expose-gc", fileURLToPath(import.meta.url), "--child", name], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
    maxBuffer: 64 * 1024 * 1024,
  });
  const line = output.split("\n").findLast((one) => one.startsWith(MARK));
  if (line === undefined) throw new Error(`The subject ${name} has printed no result.`);
  return JSON.parse(line.slice(MARK.length)) as Measured;
};

const { values, positionals } = parseArgs({ options: { json: { type: "boolean" }, child: { type: "string" } }, allowPositionals: true });

if (values.child !== undefined) console.log(`${MARK}${JSON.stringify(await (await subjectOf(values.child)).measure())}`);
else {
  const unknown = positionals.filter((name) => !names.includes(name));
  if (unknown.length > 0) throw new Error(`There is no subject ${unknown.join(", ")}. Choose from ${names.join(", ")}.`);
  const kept: Record<string, LastMeasured> = existsSync(store) ? (JSON.parse(readFileSync(store, "utf8")) as Record<string, LastMeasured>) : {};
  const date = new Date().toISOString().slice(0, 10);
  for (const name of positionals.length > 0 ? positionals : names) {
    const { title, about } = await subjectOf(name);
    const measured = measureApart(name);
    kept[name] = { title, about, date, ...measured };
    if (values.json) for (const figure of measured.figures) console.log(JSON.stringify(figure));
    else {
      console.log(`\n${title}`);
      console.table(measured.figures);
      for (const { title: heading, rows } of measured.tables) {
        console.log(heading);
        console.table(rows);
      }
    }
    if (measured.figures.some(({ ok }) => !ok)) process.exitCode = 1;
    mkdirSync(dirname(store), { recursive: true });
    writeFileSync(store, `${JSON.stringify(kept, undefined, 2)}\n`);
  }
  writeFileSync(page, performancePage(names.flatMap((name) => kept[name] ?? [])));
}
