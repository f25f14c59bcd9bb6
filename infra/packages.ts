import { globSync, readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { basename, join } from "node:path";
import { type BuildOptions, type Metafile, type Plugin, build } from "esbuild";
import { type StaticImport, parseSync } from "oxc-parser";

const NAMESPACE = "package";
/** A specifier that is neither a path nor one of esbuild's own. */
const BARE = /^[@a-z]/;
const isPackage = (specifier: string): boolean => BARE.test(specifier) && !isBuiltin(specifier);

/** The names that sources import of each package, types left out. One that some source takes as a whole is not among them. */
type Used = ReadonlyMap<string, ReadonlySet<string>>;

/** The parser's kinds of imported names are a type alone, whose values cannot be named. */
const isDefault = ({ kind }: { readonly kind: string }): boolean => kind === "Default";
const namesIn = ({ entries }: StaticImport): string[] =>
  entries.flatMap(({ isType, importName }) => (isType ? [] : [importName.name ?? (isDefault(importName) ? "default" : "*")]));

const usedBy = (root: string): Used => {
  const used = new Map<string, Set<string>>();
  for (const file of globSync("{functions,shared,events}/**/*.{ts,js,cjs}", { cwd: root }))
    for (const found of parseSync(file, readFileSync(join(root, file), "utf8")).module.staticImports)
      if (isPackage(found.moduleRequest.value))
        for (const name of namesIn(found)) used.set(found.moduleRequest.value, (used.get(found.moduleRequest.value) ?? new Set()).add(name));
  return new Map([...used].filter(([, names]) => !names.has("*")));
};

/** Each package as a module of its own that hands on what is used of it, and nothing else. */
const asEntries = (used: Used, root: string): Plugin => ({
  name: "packages-as-entries",
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: BARE }, ({ kind, path }) => (kind === "entry-point" ? { path, namespace: NAMESPACE } : undefined));
    onLoad({ filter: /.*/, namespace: NAMESPACE }, ({ path }) => ({
      contents: `export { ${[...used.get(path)!].join(", ")} } from ${JSON.stringify(path)};`,
      resolveDir: root,
    }));
  },
});

const fileOf = (name: string): string => name.replaceAll("/", "-").replace("@", "");

export interface LinkedPackages {
  /** Gives a build the linked packages in the place of those that are installed. */
  readonly plugin: Plugin;
  /** A build's metafile with the files of the packages in the place of their linked parts. */
  told(metafile: Metafile): Metafile;
}

/**
 * Links what the sources below `root` use of packages once, in parts that several packages may share, for all functions to
 * be bundled from: their files are many more than a function's own, and to link them anew for each took nine tenths of the
 * time. Each part counts as free of side effects, so that a bundle takes only what it uses. A package that is imported as a
 * whole is left to each bundle: only there is it known what is used of it.
 */
export const linkPackages = async (root: string, options: BuildOptions): Promise<LinkedPackages> => {
  const used = usedBy(root);
  const linked = await build({
    ...options,
    absWorkingDir: root,
    entryPoints: Object.fromEntries([...used.keys()].map((name) => [fileOf(name), name])),
    outdir: "packages",
    bundle: true,
    splitting: true,
    write: false,
    metafile: true,
    plugins: [asEntries(used, root), ...(options.plugins ?? [])],
  });
  const parts = new Map(linked.outputFiles.map(({ path, contents }) => [basename(path), contents]));
  const plugin: Plugin = {
    name: "linked-packages",
    setup: ({ onResolve, onLoad }) => {
      const part = (file: string) => ({ path: file, namespace: NAMESPACE, sideEffects: false });
      onResolve({ filter: BARE }, ({ path }) => (used.has(path) ? part(`${fileOf(path)}.mjs`) : undefined));
      onResolve({ filter: /^\.\//, namespace: NAMESPACE }, ({ path }) => part(basename(path)));
      onLoad({ filter: /.*/, namespace: NAMESPACE }, ({ path }) => ({ contents: parts.get(path)! }));
    },
  };
  const inputsOf = new Map(Object.entries(linked.metafile.outputs).map(([path, { inputs }]) => [`${NAMESPACE}:${basename(path)}`, inputs]));
  type Inputs = Metafile["outputs"][string]["inputs"];
  const told = ({ inputs, outputs }: Metafile): Metafile => ({
    inputs: { ...inputs, ...linked.metafile.inputs },
    outputs: Object.fromEntries(
      Object.entries(outputs).map(([path, output]) => {
        const taken = Object.entries(output.inputs).map(([file, use]): Inputs => (use.bytesInOutput > 0 ? (inputsOf.get(file) ?? { [file]: use }) : {}));
        return [path, { ...output, inputs: Object.assign({}, ...taken) as Inputs }];
      }),
    ),
  });
  return { plugin, told };
};
