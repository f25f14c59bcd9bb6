import recommended from "aws-cdk-lib/recommended-feature-flags.json" with { type: "json" };

/**
 * The context of the CDK app. It is set here and not in cdk.json, so that a template is the same whether the CDK's
 * command makes it or Node alone.
 */
export const context: Readonly<Record<string, unknown>> = {
  ...recommended,
  // A stack refuses to give up what another one uses.
  "@aws-cdk/core:defaultCrossStackReferences": "strong",
  "@aws-cdk/core:target-partitions": ["aws"],
  // What CloudFormation's own rules find stops the synthesis.
  "@aws-cdk/core:validateAgainstDefaultRules": true,
  // Templates hold nothing but the resources.
  "@aws-cdk/core:enableAdditionalMetadataCollection": false,
  "aws:cdk:enable-path-metadata": false,
  "aws:cdk:enable-asset-metadata": false,
};
