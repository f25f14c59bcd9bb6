import { readFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { describe, expect, it } from "vitest";
import { entriesOf } from "../../infra/bundle.ts";
import { platforms } from "../../infra/platforms.ts";
import { stageNamed } from "../../infra/stage.ts";
import { runbookPage } from "../../scripts/golden/runbook.ts";
import { templateRules } from "./template-rules.ts";

const root = join(import.meta.dirname, "../..");

describe("the platforms that are deployed", () => {
  templateRules(stageNamed("prod"), platforms);

  it("have a runbook that is up to date", () => {
    expect(readFileSync(join(root, "docs/runbook.md"), "utf8")).toBe(runbookPage(platforms.map(({ platform }) => platform)));
  });
  it("are declared without what only functions need: no AWS SDK, middleware or logger", async () => {
    const { metafile } = await build({
      entryPoints: [join(root, "infra/app.ts")],
      absWorkingDir: root,
      bundle: true,
      write: false,
      metafile: true,
      format: "esm",
      platform: "node",
      packages: "external",
    });
    const sources = Object.entries(metafile.inputs);
    const packages = new Set(sources.flatMap(([, { imports }]) => imports.filter(({ external }) => external).map(({ path }) => path)));
    expect([...packages].filter((name) => /^(@aws-sdk|@smithy|@middy|@aws-lambda-powertools)\//.test(name))).toEqual([]);
    const entryPoints = new Set(entriesOf(platforms.map(({ platform }) => platform)).map(({ source }) => source));
    expect(sources.map(([path]) => path).filter((path) => entryPoints.has(path))).toEqual([]);
  });
});
