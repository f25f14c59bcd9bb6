import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, globSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Refusal } from "./refusal.ts";

/** Everything that the templates and the bundles are made from. The local cloud itself is none of it. */
const inputs = ["{infra,functions,shared,events}/**/*.{ts,json}", "package-lock.json", "cdk.json", "tsconfig.json"];

const hashOfInputs = (root: string): string => {
  const hash = createHash("sha256");
  const files = globSync(inputs, { cwd: root, exclude: ["infra/local/**"] });
  for (const file of files.toSorted())
    hash
      .update(file)
      .update("\0")
      .update(readFileSync(join(root, file)))
      .update("\0");
  return hash.digest("hex");
};

const TAIL_LINES = 20;

/** CloudFormation's own checks and those of cdk-nag take half of a synthesis. They run with `npm run synth`, with a deployment and in the tests. */
const WITHOUT_CHECKS = { CDK_VALIDATION: "false" };

const runApp = (root: string, folder: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const env = { ...process.env, ...WITHOUT_CHECKS, CDK_OUTDIR: folder };
    const child = spawn(process.execPath, ["infra/app.ts"], { cwd: root, env, stdio: ["ignore", "pipe", "pipe"] });
    const kill = (): void => void child.kill();
    process.once("exit", kill);
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
    child.once("error", reject);
    child.once("close", (code) => {
      process.off("exit", kill);
      const tail = output.trim().split("\n").slice(-TAIL_LINES).join("\n");
      if (code === 0) resolve();
      else
        reject(
          new Refusal("The templates could not be synthesized.", `node infra/app.ts ended with code ${code}:\n${tail}\n`, "Correct the error and start again."),
        );
    });
  });

/**
 * Bundles the functions and synthesizes the templates into `folder`, unless they were made from the same inputs before.
 * Answers whether it had to. Throws a Refusal with the end of the output when that fails.
 */
export const synthesize = async (root: string, folder: string): Promise<boolean> => {
  const mark = `${folder}.inputs`;
  const hash = hashOfInputs(root);
  if (existsSync(mark) && readFileSync(mark, "utf8") === hash && existsSync(join(folder, "manifest.json"))) return false;
  rmSync(mark, { force: true });
  rmSync(folder, { recursive: true, force: true });
  await runApp(root, folder);
  writeFileSync(mark, hash);
  return true;
};
