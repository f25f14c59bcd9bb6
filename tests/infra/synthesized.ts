import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "aws-cdk-lib";
import { Code } from "aws-cdk-lib/aws-lambda";
import { context } from "../../infra/context.ts";
import { checked } from "../../infra/nag.ts";
import { type DeployedPlatform, makeStacks } from "../../infra/stacks.ts";
import type { Stage } from "../../infra/stage.ts";

export interface TemplateResource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, any>>;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

export interface SynthesizedStack {
  readonly name: string;
  readonly depends_on: readonly string[];
  readonly termination_protection: boolean;
  readonly text: string;
  readonly resources: Readonly<Record<string, TemplateResource>>;
}

/** The templates of an app as CloudFormation would get them, with the ways that tests ask about them. */
export interface Synthesized {
  readonly app: App;
  readonly stacks: readonly SynthesizedStack[];
  stack(name: string): SynthesizedStack;
  /** Every resource of a type over all stacks: the stack's name, logical id and properties. */
  all(type: string): readonly Found[];
}

export interface Found extends TemplateResource {
  readonly stack: string;
  readonly id: string;
}

/**
 * Makes the stacks of some platforms for a stage and synthesizes them; the code is a stub. CloudFormation's own checks,
 * which take seconds, run only where `validated` asks for them; cdk-nag's run always.
 */
export const synthesize = (stage: Stage, platforms: readonly DeployedPlatform[], { validated = false } = {}): Synthesized => {
  const folder = mkdtempSync(join(tmpdir(), "groundswell-infra-"));
  process.env["CDK_VALIDATION"] = String(validated);
  try {
    const code = join(folder, "index.mjs");
    writeFileSync(code, "export const handler = () => {};");
    const app = checked(new App({ outdir: join(folder, "cdk.out"), context }));
    makeStacks(app, stage, platforms, () => Code.fromAsset(folder, { exclude: ["cdk.out"] }));
    return read(app);
  } finally {
    delete process.env["CDK_VALIDATION"];
    rmSync(folder, { recursive: true, force: true });
  }
};

const read = (app: App): Synthesized => {
  const stacks = app.synth().stacks.map((artifact) => ({
    name: artifact.stackName,
    depends_on: artifact.dependencies.map(({ id }) => id),
    termination_protection: artifact.terminationProtection ?? false,
    text: JSON.stringify(artifact.template),
    resources: artifact.template.Resources as Readonly<Record<string, TemplateResource>>,
  }));
  const found = stacks.flatMap(({ name, resources }) => Object.entries(resources).map(([id, resource]) => ({ ...resource, stack: name, id })));
  return {
    app,
    stacks,
    stack: (name) => stacks.find((stack) => stack.name === name)!,
    all: (type) => found.filter((resource) => resource.Type === type),
  };
};
