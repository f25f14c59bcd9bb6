import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { filesBelow, root } from "../support/matrix/operations.ts";

const run = promisify(execFile);

it("the API references are valid OpenAPI by Redocly's recommended rules", async () => {
  const documents = filesBelow("docs/openapi").filter((path) => path.endsWith(".json"));
  const offline = { REDOCLY_TELEMETRY: "off", REDOCLY_SUPPRESS_UPDATE_NOTICE: "true" };
  const cli = join(root, "node_modules/@redocly/cli/bin/cli.js");
  const linted = await run(process.execPath, [cli, "lint", "--format=stylish", ...documents], { cwd: root, env: { ...process.env, ...offline } }).catch(
    (error: unknown) => error as { stdout: string; stderr: string },
  );
  expect(documents.length).toBeGreaterThan(0);
  expect(`${linted.stdout}${linted.stderr}`).toContain("Your API descriptions are valid");
});
