import { Stack } from "aws-cdk-lib";
import type { Construct } from "constructs";
import type { Alarming } from "../constructs/alarm.ts";
import { type PlatformTable, type TableDefinition, platformTable } from "../constructs/platform-table.ts";
import { nameIn } from "../names.ts";

/** What must never be lost: the platform's table, in a stack that nothing else can break. */
export const dataStack = (scope: Construct, alarming: Alarming, platform: string, definition: TableDefinition): PlatformTable => {
  const stack = new Stack(scope, nameIn(alarming.stage, platform, "data"), {
    description: `Groundswell: the table of ${platform}.`,
    terminationProtection: true,
  });
  return platformTable(stack, alarming, definition);
};
