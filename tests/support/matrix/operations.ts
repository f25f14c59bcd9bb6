import { readdirSync } from "node:fs";
import { join, relative } from "node:path";
import type { Api } from "../../../shared/kernel/http/api.ts";
import type { Route } from "../../../shared/kernel/http/route.ts";
import type { Table } from "../../../shared/kernel/table/table.ts";

export const root = join(import.meta.dirname, "../../..");

/** Files below a folder of the repository, as paths from its root, in order. */
export const filesBelow = (folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll("\\", "/"))
    .toSorted();

/** One route with its platform and the name it is declared by. */
export interface Operation {
  /** `soundcloud.createSubmission`. */
  readonly id: string;
  readonly platform: string;
  readonly route: Route;
  /** The path's parameters in order: `["submission_id"]`. */
  readonly names: readonly string[];
}

const isApi = (value: unknown): value is Api => typeof value === "object" && value !== null && "resource" in value && "serve" in value;

/** Every API that there is a file for, so that a new one is tested from the moment it lies in its folder. */
export const loadApis = async (): Promise<Api[]> => {
  const files = filesBelow("functions").filter((path) => path.endsWith(".api.ts") && !path.endsWith("/fallback.api.ts"));
  const modules = await Promise.all(files.map(async (path) => Object.values((await import(join(root, path))) as object)));
  return modules.flat().filter(isApi);
};

export const operationsOf = (apis: readonly Api[]): Operation[] =>
  apis.flatMap(({ resource }) =>
    Object.entries(resource.routes).map(([name, route]) => ({
      id: `${resource.platform}.${name}`,
      platform: resource.platform,
      route,
      names: [...route.path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]!),
    })),
  );

const isTable = (value: unknown): value is Table => typeof value === "object" && value !== null && "gsis" in value && "entities" in value;

/** Every platform's table with all of its entities loaded. */
export const loadTables = async (): Promise<Table[]> => {
  const files = filesBelow("shared").filter((path) => /^shared\/(?!kernel\/)[\w-]+\/table\.ts$/.test(path));
  const tables: Table[] = [];
  for (const file of files) {
    const folder = file.slice(0, -"/table.ts".length);
    for (const path of filesBelow(folder)) if (path.endsWith(".ts")) await import(join(root, path));
    tables.push(...Object.values((await import(join(root, file))) as object).filter(isTable));
  }
  return tables;
};

/** The path with its parameters filled in. */
export const pathOf = ({ route }: Operation, values: Readonly<Record<string, string>>): string =>
  route.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(values[name] ?? "missing"));
