import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { Refusal, messageOf } from "../refusal.ts";

/** A value of a template: JSON with CloudFormation's functions in it. */
export type Value = null | boolean | number | string | readonly Value[] | { readonly [key: string]: Value };
export type Values = { readonly [key: string]: Value };

export interface Resource {
  readonly stack: string;
  /** The logical id. */
  readonly id: string;
  readonly type: string;
  readonly properties: Values;
  /** Names a condition of the stack without which the resource is not made. */
  readonly condition?: string;
}

export interface Stack {
  readonly name: string;
  readonly resources: ReadonlyMap<string, Resource>;
  readonly conditions: Values;
  readonly mappings: Readonly<Record<string, Readonly<Record<string, Values>>>>;
  readonly parameters: Readonly<Record<string, { readonly Default?: string }>>;
  readonly outputs: Readonly<Record<string, { readonly Value: Value; readonly Export?: { readonly Name: Value } }>>;
  /** Folders of the assets by the object key that a template names: `<hash>.zip`. */
  readonly assets: ReadonlyMap<string, string>;
}

export interface Assembly {
  readonly folder: string;
  readonly stacks: ReadonlyMap<string, Stack>;
}

interface Manifest {
  readonly artifacts: Readonly<
    Record<string, { readonly type: string; readonly properties?: { readonly templateFile?: string; readonly stackName?: string } }>
  >;
}
interface Template {
  readonly Resources?: Readonly<Record<string, { readonly Type: string; readonly Properties?: Values; readonly Condition?: string }>>;
  readonly Conditions?: Values;
  readonly Mappings?: Stack["mappings"];
  readonly Parameters?: Stack["parameters"];
  readonly Outputs?: Stack["outputs"];
}
interface AssetManifest {
  readonly files?: Readonly<
    Record<string, { readonly source: { readonly path: string }; readonly destinations: Readonly<Record<string, { readonly objectKey: string }>> }>
  >;
}

const readJson = <T>(path: string): T => {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as T;
  } catch (error) {
    throw new Refusal(`The file ${path} cannot be read.`, `${messageOf(error)}.`, "Synthesize the templates again.");
  }
};

const readStack = (folder: string, artifact: string, name: string, templateFile: string): Stack => {
  const template = readJson<Template>(join(folder, templateFile));
  const assetsFile = join(folder, `${artifact}.assets.json`);
  const files = existsSync(assetsFile) ? (readJson<AssetManifest>(assetsFile).files ?? {}) : {};
  const resources = Object.entries(template.Resources ?? {}).map(([id, { Type, Properties, Condition }]): [string, Resource] => [
    id,
    { stack: name, id, type: Type, properties: Properties ?? {}, ...(Condition === undefined ? {} : { condition: Condition }) },
  ]);
  return {
    name,
    resources: new Map(resources),
    conditions: template.Conditions ?? {},
    mappings: template.Mappings ?? {},
    parameters: template.Parameters ?? {},
    outputs: template.Outputs ?? {},
    assets: new Map(
      Object.values(files).flatMap(({ source, destinations }) =>
        Object.values(destinations).map(({ objectKey }) => [objectKey, resolve(folder, source.path)] as const),
      ),
    ),
  };
};

/** Reads every stack of a folder that CDK has synthesized. Throws a Refusal when there is none. */
export const readAssembly = (folder: string): Assembly => {
  const manifestFile = join(folder, "manifest.json");
  if (!existsSync(manifestFile)) throw new Refusal(`There are no templates in ${folder}.`, "It has no manifest.json.", "Run npm run synth first.");
  const stacks = Object.entries(readJson<Manifest>(manifestFile).artifacts)
    .filter(([, { type, properties }]) => type === "aws:cloudformation:stack" && properties?.templateFile !== undefined)
    .map(([artifact, { properties }]) => readStack(folder, artifact, properties!.stackName ?? artifact, properties!.templateFile!));
  return { folder, stacks: new Map(stacks.map((stack) => [stack.name, stack])) };
};
