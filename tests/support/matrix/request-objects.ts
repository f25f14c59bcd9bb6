import { type DocumentedOperation, type Schema, documentedOperations } from "../fuzz/document.ts";
import { freeFormAt, placeOf } from "./free-form.ts";

/** One object of a body, as the API reference shows it. */
export interface RequestObject {
  readonly place: string;
  readonly path: readonly string[];
  /** The fields that it declares. */
  readonly names: readonly string[];
  /** Whether the reference says that it takes no others. */
  readonly closed: boolean;
}

const isObject = (schema: Schema): boolean => [schema["type"]].flat().includes("object") || "properties" in schema || "additionalProperties" in schema;
/** A schema that allows any value allows objects. */
const isAnything = (schema: Schema): boolean => !["type", "const", "enum", "anyOf", "oneOf", "allOf"].some((key) => key in schema) && !isObject(schema);

/** Every object that the body of an operation may hold, optional ones and all variants included. Nothing below a free-form place. */
export const requestObjects = ({ id, body, reference }: DocumentedOperation): RequestObject[] => {
  const below = (given: Schema, path: readonly string[]): RequestObject[] => {
    const schema = reference.resolve(given);
    const properties = Object.entries<Schema>(schema["properties"] ?? {});
    const object = { place: placeOf(path), path, names: properties.map(([name]) => name), closed: schema["additionalProperties"] === false };
    const found = isObject(schema) || isAnything(schema) ? [object] : [];
    if (freeFormAt(id, path) !== undefined) return found;
    const variants: readonly Schema[] = ["anyOf", "oneOf", "allOf"].flatMap((key) => schema[key] ?? []);
    return [
      ...found,
      ...properties.flatMap(([name, part]) => below(part, [...path, name])),
      ...(schema["items"] ? below(schema["items"], [...path, "[]"]) : []),
      ...variants.flatMap((part) => below(part, path)),
    ];
  };
  return body ? below(body.schema, []) : [];
};

const references = new Map(documentedOperations().map((operation) => [operation.id, requestObjects(operation)]));

/** The fields that the object at a place of an operation's body declares, of all of its variants. */
export const namesAt = (operation: string, path: readonly string[]): ReadonlySet<string> => {
  const objects = references.get(operation)?.filter(({ place }) => place === placeOf(path)) ?? [];
  if (objects.length === 0) throw new Error(`The API reference has no object at ${placeOf(path)} of ${operation}.`);
  return new Set(objects.flatMap(({ names }) => names));
};
