import type { App } from "aws-cdk-lib";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import type { Platform } from "../shared/kernel/lambda.ts";
import type { Provider } from "./constructs/access.ts";
import type { CodeOf } from "./constructs/lambda-function.ts";
import type { TableDefinition } from "./constructs/platform-table.ts";
import { defaultRoute } from "./constructs/resource-api.ts";
import { dataStack } from "./platform/data-stack.ts";
import { type Service, addFunctions, serviceStacks } from "./platform/service-stack.ts";
import { sharedStack } from "./shared/shared-stack.ts";
import type { Stage } from "./stage.ts";

/** A platform with the definition of its table. */
export interface DeployedPlatform {
  readonly platform: Platform;
  readonly table: TableDefinition;
}

/**
 * All stacks of a stage: one that is shared, and three for each platform. The first platform's fallback also answers
 * what is below no platform's prefix.
 */
export const makeStacks = (app: App, stage: Stage, platforms: readonly DeployedPlatform[], code: CodeOf): void => {
  const shared = sharedStack(app, stage);
  const { alarming, gateway } = shared;
  const tables = new Map(platforms.map(({ platform, table }) => [table.id, dataStack(app, alarming, platform.id, table)]));
  const services = platforms.map(({ platform }) => serviceStacks(app, stage, platform));
  for (const { stack } of tables.values()) stack.addStackDependency(shared.stack);
  for (const { api_stack, jobs_stack } of services)
    for (const stack of [api_stack, jobs_stack]) for (const table of tables.values()) stack.addStackDependency(table.stack);
  const around = { ...shared, stage, tables, queues: queuesOf(services), callers: callersAmong(platforms) };
  const [fallback] = services.map((service) => addFunctions(service, { code, around, alarming }));
  if (fallback) defaultRoute(gateway, fallback);
};

/** Counts the environments that may call a provider. A function that scales without a bound may not: nothing would pace it. */
const callersAmong =
  (platforms: readonly DeployedPlatform[]) =>
  (provider: Provider): number =>
    platforms
      .flatMap(({ platform }) => Object.entries(platform.lambdas).map(([name, lambda]) => ({ name: `${platform.id}'s ${name}`, lambda })))
      .filter(({ lambda }) => lambda.access.calls?.includes(provider))
      .reduce((sum, { name, lambda }) => {
        if (lambda.trigger !== "worker")
          throw new Error(`${name} calls ${provider} without a bound on its environments. Let a worker with max_concurrency do it.`);
        return sum + lambda.max_concurrency;
      }, 0);

/** Every platform's queues by command type. */
const queuesOf = (services: readonly Service[]): ReadonlyMap<string, IQueue> =>
  new Map(services.flatMap(({ queues }) => [...queues].map(([type, { queue }]) => [type, queue] as const)));
