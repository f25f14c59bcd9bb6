import fc from "fast-check";
import type { Reference, Schema } from "./document.ts";

/** Values that exist in the world, by the name of the field or parameter that may hold them. */
export type Pool = Readonly<Record<string, readonly string[]>>;

export interface Source {
  readonly reference: Reference;
  readonly pool: Pool;
}

const MOST_ITEMS = 3;
/** Schemas may hold themselves; what lies deeper than this is left out or plain. */
const MOST_LEVELS = 6;
const isText = (text: string): boolean => text.isWellFormed() && !text.includes("\0");

const instant = fc.date({ min: new Date("2000-01-01T00:00:00Z"), max: new Date("2060-01-01T00:00:00Z"), noInvalidDate: true });
const words = fc.constantFrom("neon", "nights", "quiet", "choir", "Ünï", "名前", "😀", "it's", "a b", "<b>", "%00", "' OR 1=1");

const formatted: Readonly<Record<string, fc.Arbitrary<string>>> = {
  uuid: fc.uuid({ version: 7 }),
  email: fc.nat(1e6).map((n) => `fuzz-${n}@example.com`),
  date: instant.map((day) => day.toISOString().slice(0, 10)),
  "date-time": instant.map((time) => time.toISOString()),
  uri: fc.nat(1e6).map((n) => `https://soundcloud.com/fuzz-${n}/track`),
};

const textOf = (schema: Schema, { reference }: Source): fc.Arbitrary<string> => {
  const { minLength = 0, maxLength = 200, pattern, format } = schema;
  const fits = (text: string): boolean => isText(text) && text.length >= minLength && text.length <= maxLength && reference.against(schema, text) === undefined;
  const known = formatted[format as string];
  if (known) return known.filter(fits);
  const free = fc.oneof(
    fc.array(words, { minLength: 1, maxLength: 4 }).map((some) => some.join(" ")),
    fc.string({ unit: "grapheme", minLength: Math.min(minLength, 50), maxLength: Math.min(maxLength, 50) }),
    fc.nat(9).map((n) => String(n).repeat(maxLength)),
  );
  const patterned = pattern !== undefined && !pattern.startsWith("\\S") ? fc.stringMatching(new RegExp(pattern, "u")) : free;
  return patterned.filter(fits);
};

/** A part of a schema that may well be left out. */
const properties = (schema: Schema, source: Source, level: number): fc.Arbitrary<unknown> => {
  const parts = Object.entries<Schema>(schema["properties"] ?? {}).map(([name, part]) => [name, valuesOf(part, source, name, level + 1)] as const);
  return fc.record(Object.fromEntries(parts), { requiredKeys: schema["required"] ?? [] });
};

const dictionary = (schema: Schema, source: Source, level: number): fc.Arbitrary<unknown> => {
  const names = schema["propertyNames"] ? (valuesOf(schema["propertyNames"], source) as fc.Arbitrary<string>) : words;
  return fc.dictionary(
    names.filter((name) => name !== "__proto__"),
    valuesOf(schema["additionalProperties"], source, "", level + 1),
    { maxKeys: MOST_ITEMS, noNullPrototype: true },
  );
};

/** What a schema accepts; where the world has values for a field of this name, mostly those. */
export const valuesOf = (given: Schema, source: Source, name = "", level = 0): fc.Arbitrary<unknown> => {
  const schema = source.reference.resolve(given);
  const variants: Schema[] | undefined = schema["anyOf"] ?? schema["oneOf"];
  if (variants) {
    const open = level > MOST_LEVELS ? variants.filter(({ type }) => type !== "array" && type !== "object") : variants;
    return fc.oneof(...open.map((one) => valuesOf(one, source, name, level + 1)));
  }
  if ("const" in schema) return fc.constant(schema["const"]);
  if (schema["enum"]) return fc.constantFrom(...schema["enum"]);
  switch (schema["type"]) {
    case "string": {
      const pooled = source.pool[name]?.filter((one) => source.reference.against(schema, one) === undefined) ?? [];
      return pooled.length > 0
        ? fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...pooled) }, { weight: 1, arbitrary: textOf(schema, source) })
        : textOf(schema, source);
    }
    case "integer":
      return fc
        .integer({ min: Math.max(schema["minimum"] ?? -1e6, -1e9), max: Math.min(schema["maximum"] ?? 1e6, 1e9) })
        .filter((n) => fits(schema, n, source));
    case "number":
      return fc.double({ min: schema["minimum"] ?? -1e6, max: schema["maximum"] ?? 1e6, noNaN: true });
    case "boolean":
      return fc.boolean();
    case "null":
      return fc.constant(null);
    case "array": {
      const { minItems = 0, maxItems = MOST_ITEMS } = schema;
      const length = { minLength: minItems, maxLength: Math.min(maxItems, Math.max(minItems, MOST_ITEMS)) };
      const items = valuesOf(schema["items"], source, name, level + 1);
      return schema["uniqueItems"] ? fc.uniqueArray(items, length) : fc.array(items, length);
    }
    case "object": {
      // An object that names fields and lets others come is drawn by its fields.
      const isDictionary = schema["properties"] === undefined && typeof schema["additionalProperties"] === "object";
      const whole = isDictionary ? dictionary(schema, source, level) : properties(schema, source, level);
      return whole.filter((one) => fits(schema, one, source));
    }
    default:
      return fc.constantFrom<unknown>(1, "text", true);
  }
};

const fits = (schema: Schema, value: unknown, { reference }: Source): boolean => reference.against(schema, value) === undefined;

const WRONG: readonly unknown[] = [
  null,
  {},
  [],
  "",
  " ",
  -1,
  1.5,
  1e308,
  true,
  "x".repeat(20_000),
  "2026-13-45",
  "019e1b9a",
  ["", 1],
  { $gt: "" },
  "no such value",
];

/** Every place of a value, as paths. */
const placesOf = (value: unknown): (readonly string[])[] => [
  [],
  ...(typeof value === "object" && value !== null ? Object.entries(value).flatMap(([name, part]) => placesOf(part).map((path) => [name, ...path])) : []),
];

const changedAt = (value: any, [name, ...rest]: readonly string[], change: (part: any) => unknown): unknown => {
  if (name === undefined) return change(value);
  const copy = Array.isArray(value) ? [...value] : { ...value };
  copy[name] = changedAt(copy[name], rest, change);
  return copy;
};

const without = (part: any, n: number): unknown => {
  if (typeof part !== "object" || part === null || Array.isArray(part)) return null;
  const names = Object.keys(part);
  return Object.fromEntries(Object.entries(part).filter(([name]) => name !== names[n % names.length]));
};

/** What a schema refuses: something that it accepts, spoiled at one place. */
export const spoiled = (schema: Schema, good: fc.Arbitrary<unknown>, { reference }: Source): fc.Arbitrary<unknown> =>
  fc
    .tuple(good, fc.nat(), fc.nat(), fc.constantFrom("other", "less", "more"))
    .map(([value, at, n, how]) => {
      const places = placesOf(value);
      return changedAt(value, places[at % places.length]!, (part) => {
        if (how === "less") return without(part, n);
        if (how === "more" && typeof part === "object" && part !== null && !Array.isArray(part)) return { ...part, no_such_field: n };
        return WRONG[n % WRONG.length];
      });
    })
    .filter((value) => reference.against(schema, value) !== undefined);
