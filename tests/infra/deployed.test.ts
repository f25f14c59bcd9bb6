import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { App } from "aws-cdk-lib";
import { AwsSolutionsChecks, type IApplyRule } from "cdk-nag";
import { build } from "esbuild";
import { describe, expect, it } from "vitest";
import { entriesOf } from "../../infra/bundle.ts";
import { acknowledgements } from "../../infra/nag.ts";
import { platforms } from "../../infra/platforms.ts";
import { stageNamed } from "../../infra/stage.ts";
import { runbookPage } from "../../scripts/golden/runbook.ts";
import { figures } from "../support/figures.ts";
import { templateRules } from "./template-rules.ts";

const root = join(import.meta.dirname, "../..");

/** What cdk-nag finds in an app that nobody accepted, and the rules that it asks of it. */
const findings = (app: App) => {
  const pack = new AwsSolutionsChecks();
  const rules = new Set<string>();
  const { applyRule } = pack as unknown as { applyRule(given: IApplyRule): void };
  const noted = (given: IApplyRule): void => {
    rules.add(given.ruleSuffixOverride ?? given.rule.name);
    applyRule.call(pack, given);
  };
  Object.assign(pack, { applyRule: noted });
  return { violations: pack.validateScope(app).violations, rules };
};

describe("the platforms that are deployed", () => {
  const made = templateRules(stageNamed("prod"), platforms);

  it("leave no finding of cdk-nag open", () => {
    const { violations, rules } = findings(made.app);
    expect(violations).toEqual([]);
    expect(rules.size).toBeGreaterThan(100);
    const count = (type: string): number => made.all(type).length;
    figures("S18", {
      rules_checked: rules.size,
      unacknowledged: violations.length,
      acknowledged: acknowledgements(made.app).length,
      queues: count("AWS::SQS::Queue"),
      alarms: count("AWS::CloudWatch::Alarm"),
      tables: count("AWS::DynamoDB::GlobalTable"),
      functions: count("AWS::Lambda::Function"),
    });
  });
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
