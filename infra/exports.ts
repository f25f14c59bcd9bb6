import type { Stack } from "aws-cdk-lib";

/** The name under which a stack offers a value to the stacks that are deployed after it. */
export const exportName = (stack: Stack, what: string): string => `${stack.stackName}-${what}`;

/**
 * Offers a value to other stacks under a name of its own, so that what stacks agree on can be read, and stays the same
 * when constructs are moved. The result is for other stacks only, which must be declared to depend on this one: the name
 * alone does not tell the CDK.
 */
export const offered = (stack: Stack, what: string, value: string): string => stack.exportValue(value, { name: exportName(stack, what) }) as string;
