import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App, Stack } from "aws-cdk-lib";
import { Bucket } from "aws-cdk-lib/aws-s3";
import { Queue } from "aws-cdk-lib/aws-sqs";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { context } from "../../infra/context.ts";
import { acknowledge, acknowledgements, checked, nagReport } from "../../infra/nag.ts";

describe("cdk-nag", () => {
  let outdir: string;
  beforeEach(() => {
    outdir = mkdtempSync(join(tmpdir(), "groundswell-nag-"));
    // The CDK prints its report and sets the exit code; neither is this run's.
    vi.spyOn(process.stderr, "write").mockReturnValue(true);
    vi.spyOn(console, "error").mockReturnValue();
  });
  afterEach(() => {
    vi.restoreAllMocks();
    process.exitCode = undefined;
    rmSync(outdir, { recursive: true, force: true });
  });
  const appWith = (add: (stack: Stack) => void): App => {
    const app = checked(new App({ outdir, context }));
    add(new Stack(app, "Plain"));
    return app;
  };

  it("stops the synthesis at a finding that nobody accepted", () => {
    const app = appWith((stack) => void new Bucket(stack, "Bucket"));
    expect(() => app.synth()).toThrow(/AwsSolutions-S10/);
  });
  it("lets an accepted finding pass, and reports it with its reason and the number of constructs", () => {
    const app = appWith((stack) => {
      for (const id of ["One", "Two"]) acknowledge(new Queue(stack, id, { enforceSSL: true }), "AwsSolutions-SQS3", "Nothing of value is sent here.");
    });
    app.synth();
    expect(acknowledgements(app)).toEqual([{ rule: "AwsSolutions-SQS3", reason: "Nothing of value is sent here.", constructs: ["Plain/One", "Plain/Two"] }]);
    expect(nagReport(app)).toContain("AwsSolutions-SQS3 on 2: Nothing of value is sent here.");
  });
});
