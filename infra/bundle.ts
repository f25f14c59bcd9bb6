import { existsSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { builtinModules } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type BuildOptions, type Metafile, type Plugin, build } from "esbuild";
import type { Platform } from "../shared/kernel/lambda.ts";
import { FALLBACK } from "./names.ts";
import { linkPackages } from "./packages.ts";

/** One function's source, and the folder of its bundle. */
export interface Entry {
  readonly platform: string;
  readonly name: string;
  /** `functions/<platform>/<name>.<trigger>.ts` below the repository. */
  readonly source: string;
  /** `<platform>-<name>` below the output folder. */
  readonly folder: string;
}

/** The entry points that the declarations promise. */
export const entriesOf = (platforms: readonly Platform[]): readonly Entry[] =>
  platforms.flatMap(({ id, lambdas }) =>
    [...Object.entries(lambdas).map(([name, { trigger }]) => ({ name, trigger })), { name: FALLBACK, trigger: "api" }].map(({ name, trigger }) => ({
      platform: id,
      name,
      source: `functions/${id}/${name}.${trigger}.ts`,
      folder: `${id}-${name}`,
    })),
  );

/** Whether a source that the function's bundle takes in loads another source by `import()`. */
const loadsOnDemand = ({ folder }: Entry, { inputs, outputs }: Metafile): boolean => {
  const [, { inputs: taken }] = Object.entries(outputs).find(([path]) => path.endsWith(`/${folder}/index.mjs`))!;
  const isSource = (path: string): boolean => !path.includes(":") && !path.includes("node_modules/");
  return Object.keys(taken).some((path) => isSource(path) && inputs[path]!.imports.some((one) => one.kind === "dynamic-import" && isSource(one.path)));
};

/** What later builds wrote stands in the place of what earlier ones did. */
const merged = (metafiles: readonly Metafile[]): Metafile => ({
  inputs: Object.assign({}, ...metafiles.map(({ inputs }) => inputs)) as Metafile["inputs"],
  outputs: Object.assign({}, ...metafiles.map(({ outputs }) => outputs)) as Metafile["outputs"],
});

const options = () =>
  ({
    outExtension: { ".js": ".mjs" },
    format: "esm",
    platform: "node",
    target: "node24",
    // ES modules first: bundles are a third smaller than with the packages' CommonJS.
    mainFields: ["module", "main"],
    legalComments: "none",
    logLevel: "warning",
  }) satisfies BuildOptions;

/**
 * Bundles all functions into `<out>/<platform>-<name>/index.mjs`, those that load a part on demand each in a run of its
 * own, and writes what each bundle consists of to `<out>/metafile.json`. What a function loads on demand lies beside its
 * index, in files of its own: within one file everything that such a part shares with the rest would be evaluated by calls,
 * which costs what it saves. Throws when a declared entry point is missing, naming all that are.
 */
export const bundle = async (entries: readonly Entry[], root: string, out: string): Promise<Metafile> => {
  const missing = entries.map(({ source }) => source).filter((source) => !existsSync(join(root, source)));
  if (missing.length > 0)
    throw new Error(`These functions are declared but have no entry point: ${missing.join(", ")}. Write the files, or remove the names from lambdas.ts.`);
  await rm(out, { recursive: true, force: true });
  const packages = await linkPackages(root, { ...options(), plugins: [builtinsOnDemand, credentialsFromEnvironment, withoutEventStreams, withoutJsonSchema] });
  const settings = {
    ...options(),
    absWorkingDir: root,
    bundle: true,
    minify: true,
    metafile: true,
    plugins: [packages.plugin, builtinsOnDemand],
    logOverride: { "ignored-bare-import": "silent" },
  } satisfies BuildOptions;
  const entryPoints = Object.fromEntries(entries.map(({ folder, source }) => [`${folder}/index`, source]));
  const whole = await build({ ...settings, entryPoints, outdir: out });
  const inParts = entries.filter((entry) => loadsOnDemand(entry, whole.metafile));
  const parted = await Promise.all(
    inParts.map(({ folder, source }) =>
      build({ ...settings, entryPoints: { index: source }, outdir: join(out, folder), splitting: true, chunkNames: "[name]-[hash]" }),
    ),
  );
  const metafile = packages.told(merged([whole.metafile, ...parted.map((one) => one.metafile)]));
  await mkdir(out, { recursive: true });
  await writeFile(join(out, "metafile.json"), JSON.stringify(metafile));
  return metafile;
};

const builtins = new Set(builtinModules);

/**
 * Reads Node's own modules through `process.getBuiltinModule`, and of each only what is imported. An ES import of them
 * evaluates every lazy property of their exports, which costs a cold start about 20 ms of CPU.
 */
const builtinsOnDemand: Plugin = {
  name: "builtins-on-demand",
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^(node:)?[a-z0-9_/]+$/ }, ({ path }) => {
      const name = path.replace(/^node:/, "");
      return builtins.has(name) || path.startsWith("node:") ? { path: name, namespace: "builtin" } : undefined;
    });
    onLoad({ filter: /.*/, namespace: "builtin" }, ({ path }) => ({ contents: builtinNamed(path), loader: "js" }));
  },
};

/** The module as ES exports that esbuild drops where nobody imports them. */
const builtinNamed = (name: string): string => {
  const names = Object.keys(process.getBuiltinModule(`node:${name}`) ?? {}).filter((one) => /^[a-z_$][\w$]*$/i.test(one) && one !== "default");
  return [
    `const builtin = process.getBuiltinModule(${JSON.stringify(`node:${name}`)});`,
    "export default builtin;",
    ...names.map((one, at) => `const property${at} = /* @__PURE__ */ (() => builtin.${one})(); export { property${at} as ${one} };`),
  ].join("\n");
};

/**
 * Lambda hands a function its credentials in the environment. The SDK's search through profiles, single sign-on and
 * instance metadata can find nothing there, and is a fifth of a bundle.
 */
const credentialsFromEnvironment: Plugin = {
  name: "credentials-from-environment",
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^@aws-sdk\/credential-provider-node$/ }, ({ resolveDir }) => ({ path: "provider", namespace: "credentials", pluginData: resolveDir }));
    onLoad({ filter: /.*/, namespace: "credentials" }, ({ pluginData }) => ({
      contents: 'export { fromEnv as defaultProvider } from "@aws-sdk/credential-provider-env";',
      resolveDir: pluginData as string,
    }));
  },
};

/**
 * No operation that is called here answers with an event stream. The SDK imports its reader of them on demand, which
 * makes esbuild keep half of `@smithy/core` whole and evaluate it by function calls, zlib for checksums included.
 */
const withoutEventStreams: Plugin = {
  name: "without-event-streams",
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^@smithy\/core\/event-streams$/ }, ({ kind }) =>
      kind === "dynamic-import" ? { path: "event-streams", namespace: "absent" } : undefined,
    );
    onLoad({ filter: /.*/, namespace: "absent" }, () => ({
      contents: 'export const EventStreamSerde = class { constructor() { throw new Error("Event streams are not in this bundle; see infra/bundle.ts."); } };',
      loader: "js",
    }));
  },
};

/** No function tells the JSON Schema of what it reads: the documents are made where the code is. Zod's classes hold on to what writes them. */
const withoutJsonSchema: Plugin = {
  name: "without-json-schema",
  setup: ({ onLoad }) => {
    onLoad({ filter: /[/\\]zod[/\\]v4[/\\]core[/\\](to-json-schema|json-schema-processors)\.js$/ }, async ({ path }) => {
      const names = Object.keys((await import(pathToFileURL(path).href)) as object);
      return {
        contents: `const absent = () => { throw new Error("JSON Schemas are not in this bundle; see infra/bundle.ts."); }; export { ${names.map((name) => `absent as ${name}`).join(", ")} };`,
      };
    });
  },
};
