import type { Violation } from "../errors.ts";
import { malformations } from "./well-formed.ts";

const MAX_DEPTH = 32;

/** What a text says, undefined when it cannot be read, and all that is wrong with it, each at its place in the value. */
export interface StrictJson {
  readonly value?: unknown;
  readonly faults: readonly Violation[];
}

/**
 * Reads JSON as all programs read it alike: whoever takes in JSON from outside reads it by this. A fault is `malformed_json`,
 * or of what JSON allows and readers disagree on: `too_deep` (more than 32 levels), `unsafe_text` (U+0000 or half of a surrogate
 * pair), `unsafe_number` (beyond the safe integers, or nearer to 0 than a table keeps), `unnamed_field`, `unknown_field` (a field
 * named `__proto__`) and `duplicate_field` (a field twice in one object).
 */
export const strictJson = (text: string): StrictJson => {
  const names = namesIn(text);
  if (names === undefined) return unreadable("too_deep", `The JSON is nested deeper than ${MAX_DEPTH} levels; flatten it.`);
  const read = parsed(text);
  if (read.faults.length > 0) return read;
  // Of a field that is there twice the parser keeps one.
  if (fieldsIn(read.value) < names)
    return unreadable("duplicate_field", `An object has the field "${repeatedField(text)!.slice(0, 100)}" twice; send it once.`);
  return isSuspicious(text) ? { ...read, faults: malformations(read.value, "") } : read;
};

const unreadable = (code: string, detail: string): StrictJson => ({ faults: [{ pointer: "", code, detail }] });

const [QUOTE, BACKSLASH, COLON, OPEN_OBJECT, CLOSE_OBJECT, OPEN_LIST, CLOSE_LIST] = [...'"\\:{}[]'].map((sign) => sign.charCodeAt(0));

/**
 * How many names of fields a JSON text has; undefined when it is nested too deeply. Looked at before parsing, since the
 * parser takes long over thousands of levels. Of what is no JSON it may say anything.
 */
const namesIn = (text: string): number | undefined => {
  let [depth, names] = [0, 0];
  for (let at = 0; at < text.length; at++) {
    const sign = text.charCodeAt(at);
    if (sign === QUOTE) at = endOfString(text, at);
    else if (sign === COLON) names++;
    else if (sign === OPEN_OBJECT || sign === OPEN_LIST) depth++;
    else if (sign === CLOSE_OBJECT || sign === CLOSE_LIST) depth--;
    if (depth > MAX_DEPTH) return undefined;
  }
  return names;
};

/** Where the string that begins at `start` has its closing quote. */
const endOfString = (text: string, start: number): number => {
  for (let at = start + 1; ; at++) {
    at = text.indexOf('"', at);
    if (at < 0) return text.length;
    let escapes = 0;
    while (text.charCodeAt(at - 1 - escapes) === BACKSLASH) escapes++;
    if (escapes % 2 === 0) return at;
  }
};

const fieldsIn = (value: unknown): number => {
  if (typeof value !== "object" || value === null) return 0;
  const children: unknown[] = Array.isArray(value) ? value : Object.values(value);
  let fields = Array.isArray(value) ? 0 : children.length;
  for (const child of children) fields += fieldsIn(child);
  return fields;
};

/** Escapes by number, a prototype, a field without a name, and how numbers that are very large or very near to 0 can be written. */
const SUSPICIOUS = /\\u|__proto__|""\s*:|\d[eE][+-]?\d|\d{16}/;

/** A text that is not suspicious cannot hold what no schema should have to think of. */
const isSuspicious = (text: string): boolean => !text.isWellFormed() || SUSPICIOUS.test(text);

const parsed = (text: string): StrictJson => {
  try {
    return { value: JSON.parse(text) as unknown, faults: [] };
  } catch (error) {
    return unreadable("malformed_json", `The text is not valid JSON: ${(error as Error).message.toWellFormed()}`);
  }
};

/** Strings with the colon that makes them names, and braces; nothing else in valid JSON can be taken for one of them. */
const TOKENS = /"[^"\\]*(?:\\.[^"\\]*)*"(\s*:)?|[{}]/g;

/** The first name that some object of a valid JSON text has twice: parsers keep the last silently, others the first. */
const repeatedField = (text: string): string | undefined => {
  const objects: Set<string>[] = [];
  for (const [token, colon] of text.matchAll(TOKENS)) {
    if (token === "{") objects.push(new Set());
    else if (token === "}") objects.pop();
    else if (colon !== undefined) {
      const name = JSON.parse(token.slice(0, -colon.length)) as string;
      const names = objects.at(-1)!;
      if (names.has(name)) return name;
      names.add(name);
    }
  }
  return undefined;
};
