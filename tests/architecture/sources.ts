import { readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { filesBelow, root } from "../support/matrix/operations.ts";

export interface Source {
  /** From the root of the repository. */
  readonly path: string;
  readonly text: string;
  /** The text without comments. */
  readonly code: string;
  readonly imports: readonly Import[];
}
export interface Import {
  /** A file of the repository by its path, or a package by its name as written. */
  readonly to: string;
  readonly inside: boolean;
  /** Only types: gone at run time. */
  readonly type: boolean;
  readonly statement: string;
}

export const FOLDERS = ["bench", "events", "functions", "infra", "scripts", "shared", "tests"] as const;

const IMPORT =
  /^(?<type>import type|export type|import|export)\b(?<what>[^;"'`]*?)\bfrom\s+["'](?<from>[^"']+)["']|^import\s+["'](?<bare>[^"']+)["']|\bimport\(\s*["'](?<dynamic>[^"']+)["']\s*\)/gm;

/** `import { type A }` imports nothing at run time either. */
const namesOnlyTypes = (what: string): boolean => {
  const names = /^\s*\{(.*)\}\s*$/s
    .exec(what)?.[1]
    ?.split(",")
    .map((name) => name.trim())
    .filter(Boolean);
  return names !== undefined && names.length > 0 && names.every((name) => name.startsWith("type "));
};

const importsOf = (path: string, text: string): Import[] =>
  [...text.matchAll(IMPORT)].map(({ 0: statement, groups }) => {
    const from = (groups!["from"] ?? groups!["bare"] ?? groups!["dynamic"])!;
    const inside = from.startsWith(".");
    return {
      to: inside ? normalize(join(dirname(path), from)) : from,
      inside,
      type: (groups!["type"]?.endsWith("type") ?? false) || namesOnlyTypes(groups!["what"] ?? ""),
      statement,
    };
  });

/** Comments out; texts stay, so that what they say is checked too. */
const withoutComments = (text: string): string => text.replaceAll(/^\s*\/\*[\s\S]*?\*\/|(?<=^|[\s;{])\/\/[^\n"'`]*$/gm, "");

const read = (path: string): Source => {
  const text = readFileSync(join(root, path), "utf8");
  return { path, text, code: withoutComments(text), imports: importsOf(path, text) };
};

/** Every TypeScript file of the repository. */
export const sources: readonly Source[] = FOLDERS.flatMap((folder) => filesBelow(folder))
  .filter((path) => path.endsWith(".ts") && !path.includes("/node_modules/") && !path.includes("/cdk.out/"))
  .map(read);

/** All files that a file loads at run time, itself included. */
export const loadedBy = (path: string): ReadonlySet<string> => {
  const byPath = new Map(sources.map((source) => [source.path, source]));
  const found = new Set<string>();
  const visit = (at: string): void => {
    if (found.has(at)) return;
    found.add(at);
    for (const { to, type } of byPath.get(at)?.imports ?? []) if (!type) visit(to);
  };
  visit(path);
  return found;
};
