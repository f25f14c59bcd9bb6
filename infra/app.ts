import { join } from "node:path";
import { App } from "aws-cdk-lib";
import { Code } from "aws-cdk-lib/aws-lambda";
import { bundle, entriesOf } from "./bundle.ts";
import { context } from "./context.ts";
import { checked, nagReport } from "./nag.ts";
import { platforms } from "./platforms.ts";
import { makeStacks } from "./stacks.ts";
import { stageNamed } from "./stage.ts";

const root = join(import.meta.dirname, "..");
const functions = join(root, "dist/functions");

await bundle(entriesOf(platforms.map(({ platform }) => platform)), root, functions);
const isChecked = process.env["CDK_VALIDATION"] !== "false";
const app = new App({ outdir: process.env["CDK_OUTDIR"] ?? join(root, "cdk.out"), context });
if (isChecked) checked(app);
makeStacks(app, stageNamed(process.env["STAGE"] ?? "dev"), platforms, (platform, name) => Code.fromAsset(join(functions, `${platform}-${name}`)));
app.synth();
console.log(isChecked ? nagReport(app) : "Synthesized without the checks of CloudFormation and cdk-nag: CDK_VALIDATION is false.");
