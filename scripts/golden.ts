import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { catalog } from "../events/catalog.ts";
import { platforms } from "../infra/platforms.ts";
import type { Resource } from "../shared/kernel/http/route.ts";
import type { Platform } from "../shared/kernel/lambda.ts";
import { accessPatternPage } from "./golden/access-patterns.ts";
import { socialCoverage } from "./golden/coverage/social.ts";
import { soundcloudCoverage } from "./golden/coverage/soundcloud.ts";
import { coveragePage } from "./golden/coverage.ts";
import { leakedPasswordsFile } from "./golden/leaked-passwords.ts";
import { openApiDocument } from "./golden/openapi.ts";
import { runbookPage } from "./golden/runbook.ts";
import { contractFiles } from "./golden/schemas.ts";
import { lastRuns } from "./soak/last-runs.ts";
import { trustPage } from "./soak/page.ts";

const root = join(import.meta.dirname, "..");

export const resourcesOf = (platform: Platform): Resource[] =>
  Object.values(platform.lambdas).flatMap((lambda) => (lambda.trigger === "api" ? [lambda.resource] : []));

/** Every generated file: path from the root of the repository, and content. */
export const goldenFiles = async (): Promise<Map<string, string>> => {
  const files = new Map<string, string>(contractFiles(catalog));
  for (const { platform, table } of platforms) {
    files.set(`docs/openapi/${platform.id}.json`, `${JSON.stringify(openApiDocument(platform), undefined, 2)}\n`);
    files.set(`docs/access-patterns/${platform.id}.md`, await accessPatternPage(table));
  }
  files.set("shared/kernel/crypto/leaked-passwords.ts", leakedPasswordsFile());
  files.set("docs/coverage/soundcloud.md", await coveragePage("Coverage of the repost network", "scripts/golden/coverage/soundcloud.ts", soundcloudCoverage));
  files.set("docs/coverage/social.md", await coveragePage("Coverage of social content", "scripts/golden/coverage/social.ts", socialCoverage));
  files.set("docs/trust.md", trustPage(lastRuns()));
  files.set("docs/runbook.md", runbookPage(platforms.map((p) => p.platform)));
  return files;
};

/** The files whose content on disk differs from what would be generated. */
export const staleFiles = async (): Promise<string[]> => {
  const stale: string[] = [];
  for (const [path, content] of await goldenFiles()) if ((await readFile(join(root, path), "utf8").catch(() => undefined)) !== content) stale.push(path);
  return stale;
};

if (import.meta.main) {
  if (process.argv.includes("--check")) {
    const stale = await staleFiles();
    if (stale.length > 0) {
      console.error(`Generated files are not up to date; run npm run golden and commit:\n${stale.map((path) => `  ${path}`).join("\n")}`);
      process.exitCode = 1;
    }
  } else
    for (const [path, content] of await goldenFiles()) {
      await mkdir(dirname(join(root, path)), { recursive: true });
      await writeFile(join(root, path), content);
    }
}
