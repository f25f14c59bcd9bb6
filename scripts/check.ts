/**
 * Everything that is checked without running the code, at the same time. Prints what fails, and ends with 1 if something
 * does.
 */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { delimiter, join } from "node:path";

const root = join(import.meta.dirname, "..");

/** Each core has work already: TypeScript's own threads would only check the same types several times. */
const TYPES = "tsc --noEmit --checkers 1";
/** What `npm run lint` does one after the other. */
const LINT = (JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { scripts: { lint: string } }).scripts.lint.split(" && ");

/** What reads all types needs a gigabyte or two anyway; looking for garbage less often saves a third of its time. */
process.env["GOGC"] = "400";
process.env["PATH"] = [join(root, "node_modules/.bin"), process.env["PATH"]].join(delimiter);

const run = (command: string): Promise<boolean> =>
  new Promise((resolve) => {
    const child = spawn(command, { cwd: root, shell: true, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text: string) => (output += text));
    child.once("error", (error) => (output += String(error)));
    child.once("close", (code, signal) => {
      if (code !== 0) console.error(`${command} ended with ${code ?? signal}:\n${output}`);
      resolve(code === 0);
    });
  });

const passed = await Promise.all(["node scripts/golden.ts --check", TYPES, ...LINT].map(run));
if (passed.includes(false)) process.exitCode = 1;
