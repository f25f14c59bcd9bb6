type Field<S extends string> = S extends `%${string}` ? never : S extends `${infer N}:${string}` ? N : S extends `${infer N}[]` ? N : S;
/** The field names in a template: `Names<"{org_id}#S#{seq:10}">` is `"org_id" | "seq"`. */
export type Names<T> = T extends `${string}{${infer F}}${infer R}` ? Field<F> | Names<R> : never;
/** To intersect a template with: changes nothing when all its fields exist, else names the wrong one in the compile error. */
export type KnownFields<T, F> = [Names<T>] extends [F] ? unknown : { "no such field": Exclude<Names<T>, F> };

export type Fields = Readonly<Record<string, unknown>>;

/**
 * A key as plain text with fields in it: "{org_id}#MT#{size_tier}". `{n:10}` pads a whole number with zeros to ten
 * digits so that it sorts, `{emails[]}` stands for each element of a list, `{%8}` spreads the items over eight shards.
 */
export interface Template {
  readonly source: string;
  /** In order; a shard is listed as "%8". */
  readonly fields: readonly string[];
  readonly shards: number;
  /** The text before the first field. */
  readonly literal: string;
  /** The key of an item, or undefined when a field is missing, which is what makes an index sparse. `seed` chooses the shard. */
  of(item: Fields, seed?: string): string | undefined;
  /** The key as far as the given fields reach from the left, for begins_with and ranges. */
  prefix(some: Fields): string;
  /** One key for each element of the template's list field, without repetitions; one or none without such a field. */
  all(item: Fields): string[];
  /**
   * What a key says of the fields, as texts: numbers as they are padded, of a shard nothing. Undefined for a key of another
   * template, and where keys do not tell: a list's elements, and a field that no `#` parts from the next one.
   */
  read(key: string): Readonly<Record<string, string>> | undefined;
}

interface Part {
  readonly name: string;
  readonly pad: number;
  readonly list: boolean;
  /** The text that follows. */
  readonly after: string;
}

const PART = /^(?:%(?<shards>\d+)|(?<name>\w+)(?::(?<pad>\d+)|(?<list>\[\]))?)$/;

/** Reads a template; throws an Error for one that is malformed. */
export const template = (source: string): Template => {
  const { literal, parts, shards } = partsOf(source);
  const fields = parts.map((part) => part.name);
  const list = parts.find((part) => part.list)?.name;
  const of = (item: Fields, seed = ""): string | undefined => {
    let key = literal;
    for (const part of parts) {
      const value = item[part.name] ?? (part.name.startsWith("%") ? hash(seed) % shards : undefined);
      if (value === undefined) return undefined;
      key += textOf(value, part) + part.after;
    }
    return key;
  };
  return {
    source,
    fields,
    shards,
    literal,
    of,
    prefix: (some) => {
      let key = literal;
      for (const part of parts) {
        const value = some[part.name];
        if (value === undefined || value === null) break;
        key += textOf(value, part) + part.after;
      }
      return key;
    },
    all: (item) => {
      const values = list === undefined ? [undefined] : ((item[list] ?? []) as unknown[]);
      const keys = values.map((value) => of(list === undefined ? item : { ...item, [list]: value }));
      return [...new Set(keys.filter((key) => key !== undefined))];
    },
    read: readerOf(literal, parts),
  };
};

const partsOf = (source: string): { literal: string; parts: Part[]; shards: number } => {
  const [literal = "", ...rest] = source.split(/\{(.*?)\}/);
  const parts: Part[] = [];
  let shards = 1;
  for (let at = 0; at < rest.length; at += 2) {
    const found = PART.exec(rest[at]!)?.groups;
    if (!found) throw new Error(`The template "${source}" has a part {${rest[at]}} that is none of {field}, {field:10}, {field[]} and {%8}.`);
    if (found.shards) shards = Number(found.shards);
    parts.push({ name: found.name ?? `%${shards}`, pad: Number(found.pad ?? 0), list: found.list !== undefined, after: rest[at + 1]! });
  }
  return { literal, parts, shards };
};

/** A value never holds a `#`, so each ends where the text behind it begins. */
const readerOf = (literal: string, parts: readonly Part[]): Template["read"] => {
  const isTold = parts.every(({ list, after }, at) => !list && (after.startsWith("#") || (after === "" && at === parts.length - 1)));
  if (!isTold) return () => undefined;
  return (key) => {
    if (!key.startsWith(literal)) return undefined;
    const fields: Record<string, string> = {};
    let from = literal.length;
    for (const { name, after } of parts) {
      const to = after === "" ? key.length : key.indexOf(after, from);
      const text = key.slice(from, to);
      if (to < 0 || text.includes("#")) return undefined;
      if (!name.startsWith("%")) fields[name] = decodeURIComponent(text);
      from = to + after.length;
    }
    return from === key.length ? fields : undefined;
  };
};

/** Numbers are padded; `#` and `%` in texts are escaped, so that a value cannot reach into the next part of a key. */
const textOf = (value: unknown, { name, pad }: Part): string => {
  if (typeof value === "number") return padded(value, pad, name);
  const text = String(value);
  return /[#%]/.test(text) ? text.replaceAll(/[#%]/g, encodeURIComponent) : text;
};

const padded = (value: number, pad: number, name: string): string => {
  const text = String(value).padStart(pad, "0");
  if (pad > 0 && (text.length > pad || !/^\d+$/.test(text)))
    throw new RangeError(`${name}: ${value} cannot be a sorted part of a key; it must be a whole number from 0 with at most ${pad} digits.`);
  return text;
};

/** FNV-1a over UTF-16 units: even enough for shards, and the same everywhere. */
const hash = (text: string): number => {
  let value = 2166136261;
  for (let at = 0; at < text.length; at++) value = Math.imul(value ^ text.charCodeAt(at), 16777619);
  return value >>> 0;
};
