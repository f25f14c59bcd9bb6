/**
 * Everything that is checked without running the code, at the same time: `node scripts/check.ts`. Prints what fails, and
 * ends with 1 if something does.
 */
import { spawn } from "node:child_process";
import { delimiter, join } from "node:path";

const root = join(import.meta.dirname, "..");

/** Each core has work already: TypeScript's own threads would only check the same types several times. */
const CHECKS = ["node scripts/golden.ts --check", "oxlint --type-aware", "tsc --noEmit --checkers 1", "oxfmt --check .", "knip"];

/** What reads all types needs a gigabyte or two anyway; looking for garbage less often saves a third of its time. */
const env = { ...process.env, GOGC: "400", PATH: [join(root, "node_modules/.bin"), process.env["PATH"]].join(delimiter) };

const run = (command: string): Promise<boolean> =>
  new Promise((resolve) => {
    const child = spawn(command, { cwd: root, env, shell: true, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text: string) => (output += text));
    child.once("error", (error) => (output += String(error)));
    child.once("close", (code, signal) => {
      if (code !== 0) console.error(`${command} ended with ${code ?? signal}:\n${output}`);
      resolve(code === 0);
    });
  });

const passed = await Promise.all(CHECKS.map(run));
if (passed.includes(false)) process.exitCode = 1;
