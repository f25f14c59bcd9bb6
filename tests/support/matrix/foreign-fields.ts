import { pointer } from "../../../shared/kernel/json/well-formed.ts";
import { freeFormAt } from "./free-form.ts";
import { namesAt } from "./request-objects.ts";

/** Fields that the server sets, and those that reach into what all objects have. */
const NOT_THE_CLIENTS = [
  "no_such_field",
  "org_id",
  "id",
  "version",
  "created_at",
  "updated_at",
  "role",
  "roles_granted",
  "balance",
  "credits_allocated",
  "status_by",
  "user_id",
  "constructor",
  "prototype",
  "__proto__",
  "toString",
  "hasOwnProperty",
];
/** No object takes it, not even one whose names are free. */
const NOBODYS = "__proto__";

/** A body with a field that is not the client's to send. */
export interface ForeignField {
  readonly name: string;
  readonly raw: string;
  /** Where the field stands. */
  readonly foreign: string;
}

interface Found {
  readonly path: readonly string[];
  /** The path with `[]` for each item of an array. */
  readonly place: readonly string[];
}

/** Every object of a value. */
const objectsIn = (value: unknown, { path, place }: Found = { path: [], place: [] }): Found[] => {
  if (typeof value !== "object" || value === null) return [];
  const inside = Object.entries(value).flatMap(([name, part]) =>
    objectsIn(part, { path: [...path, name], place: [...place, Array.isArray(value) ? "[]" : name] }),
  );
  return Array.isArray(value) ? inside : [{ path, place }, ...inside];
};

/** The value's JSON with one more field in the object at a path. `__proto__` is written out, which no object literal does. */
const withField = (value: any, [next, ...rest]: readonly string[], field: string): string => {
  if (next === undefined)
    return `{${[JSON.stringify(field), ":", JSON.stringify({ admin: true })].join("")}${JSON.stringify(value)
      .slice(1)
      .replace(/^(?=[^}])/, ",")}`;
  const parts = Object.entries(value).map(([name, part]) => [name, name === next ? withField(part, rest, field) : JSON.stringify(part)] as const);
  return Array.isArray(value) ? `[${parts.map(([, text]) => text).join()}]` : `{${parts.map(([name, text]) => `${JSON.stringify(name)}:${text}`).join()}}`;
};

/**
 * The example with each field that is not the client's, in each of its objects: all but those that the very object declares,
 * and the free names of free-form places. What the body's schema takes is not asked, so that one that takes too much is seen.
 */
export const foreignFields = (operation: string, example: object): ForeignField[] =>
  objectsIn(example).flatMap(({ path, place }) => {
    const declared = freeFormAt(operation, place) === undefined ? namesAt(operation, place) : undefined;
    const foreign = NOT_THE_CLIENTS.filter((field) => (declared ? !declared.has(field) : field === NOBODYS));
    return foreign.map((field) => ({
      name: `the field ${[...path, field].join("/")}`,
      raw: withField(example, path, field),
      foreign: pointer("", [...path, field]),
    }));
  });
