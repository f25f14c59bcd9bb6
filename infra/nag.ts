import { type App, Validations } from "aws-cdk-lib";
import { AwsSolutionsChecks } from "cdk-nag";
import type { IConstruct } from "constructs";

/** Has the AWS Solutions rules of cdk-nag look at every resource. A finding that nobody accepted stops the synthesis. */
export const checked = (app: App): App => {
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  return app;
};

/** Accepts one rule's findings on a construct and everything below it, with the reason for it. */
export const acknowledge = (on: IConstruct, id: string, reason: string): void => Validations.of(on).acknowledge({ id, reason });

export interface Acknowledgement {
  readonly rule: string;
  readonly reason: string;
  readonly constructs: readonly string[];
}

/** Every accepted finding of an app: the same rule for the same reason once, with the constructs it was accepted on. */
export const acknowledgements = (app: App): readonly Acknowledgement[] => {
  const all = app.node.findAll().flatMap(({ node }) =>
    node.metadata
      .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
      .flatMap(({ data }) => Object.entries(data as Record<string, string>))
      .map(([id, reason]) => ({ rule: id.replace(/^.*::(?=AwsSolutions-)/, "").replace(/\[.*$/, ""), reason, path: node.path })),
  );
  return [...Map.groupBy(all, ({ rule, reason }) => `${rule} ${reason}`).values()].map((same) => ({
    rule: same[0]!.rule,
    reason: same[0]!.reason,
    constructs: same.map(({ path }) => path),
  }));
};

/** What the check found, for people: said after a synthesis that succeeded, so every finding left is an accepted one. */
export const nagReport = (app: App): string =>
  [
    "cdk-nag AwsSolutions: no finding left open. Accepted, with the reason:",
    ...acknowledgements(app).map(({ rule, reason, constructs }) => `  ${rule} on ${constructs.length}: ${reason}`),
  ].join("\n");
