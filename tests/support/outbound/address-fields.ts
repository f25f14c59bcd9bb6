import type { DocumentedOperation, Schema } from "../fuzz/document.ts";

/** A field of a request that takes an address, or what becomes a part of one. */
export interface AddressField {
  /** `social.createPost /media_urls/0`. */
  readonly id: string;
  readonly operation: DocumentedOperation;
  readonly place: "body" | "query" | "path" | "header";
  readonly path: readonly string[];
  /** What stands there when the client means well. */
  readonly honest: string;
  /** Addresses stand inside a markup. */
  readonly markup: boolean;
}

const NAMES = /(^|[_-])(urls?|uri|link|href|webhook|handle|html|host|domain|website|origin|endpoint)$/;
const ADDRESS = /^[a-z]+:\/\//;
const HONEST = "https://soundcloud.com/jane/night";
const SLACK = "https://hooks.slack.com/services/T0AAA/B0BBB/secret";

/** The part of a value at a path; undefined where there is none. */
export const partAt = (value: any, path: readonly string[]): unknown => path.reduce((part, name) => part?.[name], value);

/** The value with another part at a path; what leads there is made where it is missing. */
export const withPartAt = (value: any, [name, ...rest]: readonly string[], part: unknown): any => {
  if (name === undefined) return part;
  const inner = withPartAt(value?.[name], rest, part);
  return name === "0" ? [inner] : { ...value, [name]: inner };
};

/** Each text of a schema with its path. An item of a list stands for all of them. */
const textsIn = (given: Schema, operation: DocumentedOperation, path: readonly string[] = [], seen: readonly Schema[] = []): [readonly string[], Schema][] => {
  const schema = operation.reference.resolve(given);
  if (seen.includes(schema)) return [];
  const inside = (part: Schema, name: readonly string[] = []) => textsIn(part, operation, [...path, ...name], [...seen, schema]);
  return [
    ...(schema["type"] === "string" && schema["enum"] === undefined ? [[path, schema] as [readonly string[], Schema]] : []),
    ...["anyOf", "oneOf", "allOf"].flatMap((key) => (schema[key] ?? []).flatMap((one: Schema) => inside(one))),
    ...Object.entries<Schema>(schema["properties"] ?? {}).flatMap(([name, part]) => inside(part, [name])),
    ...(schema["items"] ? inside(schema["items"], ["0"]) : []),
  ];
};

const honestFor = (name: string, example: unknown): string => {
  if (name.endsWith("webhook")) return SLACK;
  if (name.endsWith("handle")) return "night-owl";
  return typeof example === "string" && ADDRESS.test(example) ? example : HONEST;
};

const fieldsOf = (operation: DocumentedOperation): AddressField[] => {
  const roots = [
    ...operation.parameters.map((one) => ({ place: one.in, at: [one.name], schema: one.schema, example: undefined })),
    ...(operation.body ? [{ place: "body" as const, at: [], schema: operation.body.schema, example: operation.body.example }] : []),
  ];
  const found = roots.flatMap(({ place, at, schema, example }) =>
    textsIn(schema, operation).flatMap(([inner, text]): [string, AddressField][] => {
      const path = [...at, ...inner];
      const name = path.findLast((part) => part !== "0") ?? "";
      const said = partAt(example, inner);
      if (text["format"] !== "uri" && !NAMES.test(name) && !(typeof said === "string" && ADDRESS.test(said))) return [];
      const id = `${operation.id} /${path.join("/")}`;
      return [[id, { id, operation, place, path, honest: honestFor(name, said), markup: name.endsWith("html") }]];
    }),
  );
  return [...new Map(found).values()];
};

/** Every field that takes an address by its format, its name or its example. */
export const addressFields = (operations: readonly DocumentedOperation[]): AddressField[] => operations.flatMap(fieldsOf);
