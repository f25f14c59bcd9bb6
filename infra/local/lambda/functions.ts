import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Log } from "../../../shared/kernel/context.ts";
import type { Activity } from "../activity.ts";
import type { Assembly, Resource } from "../assembly/read-assembly.ts";
import type { Resolver } from "../assembly/resolve.ts";
import type { Secrets } from "../provision/secrets.ts";
import { Refusal } from "../refusal.ts";
import { functionLog } from "./function-log.ts";
import { type LambdaFunction, lambdaFunction } from "./lambda-function.ts";

interface FunctionProperties {
  readonly Runtime?: string;
  readonly Handler?: string;
  readonly Code: { readonly S3Key?: string };
  readonly Timeout?: number;
  readonly MemorySize?: number;
  readonly ReservedConcurrentExecutions?: number;
  readonly Environment?: { readonly Variables?: Readonly<Record<string, string>> };
}

export interface FunctionSurroundings {
  readonly assembly: Assembly;
  readonly resolver: Resolver;
  readonly secrets: Secrets;
  readonly activity: Activity;
  readonly log: Log;
  readonly log_folder: string | undefined;
  /** What the runtime itself sets: region, credentials, endpoints. Templates may override it. */
  readonly runtime: Readonly<Record<string, string>>;
  /** Replaces variables that the template sets; functions without the variable do not get it. */
  readonly overrides: Readonly<Record<string, string>>;
  readonly max_environments: number;
}

export type Functions = ReadonlyMap<string, LambdaFunction>;

const fileOf = (
  { assembly }: FunctionSurroundings,
  resource: Resource,
  { Code, Handler }: FunctionProperties,
): { file: string; handler: string; folder: string } => {
  const name = `${resource.stack}.${resource.id}`;
  const folder = assembly.stacks.get(resource.stack)!.assets.get(Code.S3Key ?? "");
  if (folder === undefined)
    throw new Refusal(`The function ${name} cannot run here.`, "Its code is not a bundle in the assembly.", "Give it code from an asset.");
  const at = (Handler ?? "").lastIndexOf(".");
  const [module, handler] = [(Handler ?? "").slice(0, at), (Handler ?? "").slice(at + 1)];
  const file = [".mjs", ".js", ".cjs"].map((extension) => join(folder, `${module}${extension}`)).find((path) => existsSync(path));
  if (file === undefined)
    throw new Refusal(`The function ${name} cannot run here.`, `Its bundle ${folder} has no file for the handler ${Handler}.`, "Bundle the functions again.");
  return { file, handler, folder };
};

const variablesOf = (around: FunctionSurroundings, name: string, folder: string, { Environment, MemorySize }: FunctionProperties): Record<string, string> => {
  const given = Object.entries(Environment?.Variables ?? {}).map(([key, value]) => [key, around.overrides[key] ?? around.secrets.fill(value)] as const);
  return {
    ...around.runtime,
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(MemorySize ?? 128),
    LAMBDA_TASK_ROOT: folder,
    ...Object.fromEntries(given),
  };
};

const makeFunction = (around: FunctionSurroundings, resource: Resource): LambdaFunction => {
  const properties = around.resolver.properties<FunctionProperties>(resource);
  const { ref: name, attributes } = around.resolver.identity(resource);
  const { file, handler, folder } = fileOf(around, resource, properties);
  return lambdaFunction({
    name,
    arn: attributes["Arn"]!,
    file,
    handler,
    variables: variablesOf(around, name, folder, properties),
    memory_mb: properties.MemorySize ?? 128,
    timeout_ms: (properties.Timeout ?? 3) * 1000,
    max_environments: Math.min(around.max_environments, properties.ReservedConcurrentExecutions ?? Infinity),
    activity: around.activity,
    log: functionLog(name, around.log, around.log_folder),
  });
};

/** Functions that the deployment itself calls, such as those behind custom resources, are in another language or not called here. */
const isNode = (resolver: Resolver, resource: Resource): boolean => (resolver.properties<FunctionProperties>(resource).Runtime ?? "").startsWith("nodejs");

/** Every Node function of the templates, by ARN. */
export const provideFunctions = (around: FunctionSurroundings): Functions =>
  new Map(
    around.resolver
      .ofType("AWS::Lambda::Function")
      .filter((resource) => isNode(around.resolver, resource))
      .map((resource) => makeFunction(around, resource))
      .map((made) => [made.arn, made]),
  );

/** The function of a reference: an ARN with or without qualifier, a name, or an integration's address that holds the ARN. */
export const functionNamed = (functions: Functions, reference: string): LambdaFunction => {
  const name = /arn:aws:lambda:[^:]*:[^:]*:function:([^:/]+)/.exec(reference)?.[1] ?? reference;
  const found = [...functions.values()].find((one) => one.name === name);
  if (!found) throw new Refusal(`A template refers to the function ${reference}.`, "No template has it.", "Correct the reference.");
  return found;
};
