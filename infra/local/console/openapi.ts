import { isDeepStrictEqual } from "node:util";

type Named = Readonly<Record<string, unknown>>;

/** An OpenAPI document, as far as merging looks at it. */
export interface OpenApi {
  readonly openapi: string;
  readonly info: { readonly title: string; readonly version: string };
  readonly tags?: readonly { readonly name: string }[];
  readonly paths: Readonly<Record<string, Named>>;
  readonly components?: Readonly<Record<string, Named>>;
}

const empty: OpenApi = { openapi: "3.1.0", info: { title: "Groundswell", version: "1.0.0" }, paths: {} };

/** The document with some components under other names, every reference included. */
const renamed = (document: OpenApi, names: ReadonlyMap<string, string>): OpenApi => {
  const text = JSON.stringify(document, (key, value: unknown) => (key === "$ref" && typeof value === "string" ? (names.get(value) ?? value) : value));
  const copy = JSON.parse(text) as OpenApi;
  const components = Object.entries(copy.components ?? {}).map(([kind, named]) => [
    kind,
    Object.fromEntries(Object.entries(named).map(([name, value]) => [names.get(`#/components/${kind}/${name}`)?.split("/").at(-1) ?? name, value])),
  ]);
  return { ...copy, components: Object.fromEntries(components) as Record<string, Named> };
};

/** Components that both have under one name but that differ get the platform's name in front. */
const collisions = (merged: OpenApi, platform: string, document: OpenApi): Map<string, string> => {
  const found = new Map<string, string>();
  for (const [kind, named] of Object.entries(document.components ?? {}))
    for (const [name, value] of Object.entries(named)) {
      const other = merged.components?.[kind]?.[name];
      if (other !== undefined && !isDeepStrictEqual(other, value)) found.set(`#/components/${kind}/${name}`, `#/components/${kind}/${platform}_${name}`);
    }
  return found;
};

const join = (merged: OpenApi, document: OpenApi): OpenApi => {
  const kinds = new Set([...Object.keys(merged.components ?? {}), ...Object.keys(document.components ?? {})]);
  return {
    ...document,
    ...merged,
    tags: [...(merged.tags ?? []), ...(document.tags ?? [])],
    paths: { ...merged.paths, ...document.paths },
    components: Object.fromEntries([...kinds].map((kind) => [kind, { ...document.components?.[kind], ...merged.components?.[kind] }])),
  };
};

/** One document of several platforms. The first one's title and servers stay when there is only one. */
export const mergeDocuments = (documents: ReadonlyMap<string, OpenApi>): OpenApi => {
  if (documents.size === 1) return [...documents.values()][0]!;
  return [...documents].reduce((merged, [platform, document]) => join(merged, renamed(document, collisions(merged, platform, document))), empty);
};
