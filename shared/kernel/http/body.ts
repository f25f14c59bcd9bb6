import { DomainError, invalid } from "../errors.ts";
import { malformation } from "./well-formed.ts";

const DEFAULT_MAX = 256 * 1024;
const MAX_DEPTH = 32;
const JSON_TYPE = /^application\/([\w.+-]+\+)?json\s*(;\s*charset\s*=\s*"?utf-8"?\s*)?$/i;

interface WithBody {
  readonly body?: string | undefined;
  readonly isBase64Encoded: boolean;
  readonly headers: Readonly<Record<string, string | undefined>>;
}

const malformed = (detail: string, pointer = "", code = "malformed_json"): DomainError => invalid([{ pointer, code, detail }], "malformed_json");

/**
 * The JSON body of an API Gateway event, undefined when there is none; at most `max` bytes. Throws DomainError
 * `body_too_large`, `not_json` or `malformed_json`; the last also for what JSON allows and readers disagree on: a field
 * twice in one object, a field named `__proto__`, halves of surrogate pairs, U+0000, and more than 32 levels.
 */
export const readJson = (event: WithBody, max = DEFAULT_MAX): unknown => {
  if (event.body === undefined || event.body === "") return undefined;
  const encoded = event.isBase64Encoded ? Buffer.from(event.body, "base64") : undefined;
  requireSize(encoded?.length ?? Buffer.byteLength(event.body), max);
  if (!JSON_TYPE.test(event.headers["content-type"] ?? ""))
    throw new DomainError("unsupported_media_type", "not_json", "Send the body as application/json in UTF-8.");
  const text = encoded ? decoded(encoded) : event.body;
  const names = namesIn(text);
  if (names === undefined) throw malformed(`The body is nested deeper than ${MAX_DEPTH} levels; flatten it.`, "", "too_deep");
  const value = parsed(text);
  const fault = isSuspicious(text) ? malformation(value, "") : undefined;
  if (fault) throw malformed(fault.detail, fault.pointer, fault.code);
  // Of a field that is there twice the parser keeps one.
  if (fieldsIn(value) < names) throw malformed(`An object has the field "${repeatedField(text)!.slice(0, 100)}" twice; send it once.`, "", "duplicate_field");
  return value;
};

/** The body's bytes as they were sent, at most `max`. Throws DomainError `body_too_large`. */
export const rawBody = ({ body = "", isBase64Encoded }: WithBody, max = DEFAULT_MAX): Buffer => {
  const bytes = Buffer.from(body, isBase64Encoded ? "base64" : "utf8");
  requireSize(bytes.length, max);
  return bytes;
};

const requireSize = (length: number, max: number): void => {
  if (length > max) throw new DomainError("too_large", "body_too_large", `The body has ${length} bytes; send at most ${max}.`);
};

const decoded = (bytes: Buffer): string => {
  try {
    // A byte order mark is kept, and is no JSON.
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw malformed("The body is not UTF-8.");
  }
};

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

/** A text without escapes by number, prototype and broken pairs cannot hold what no schema should have to think of. */
const isSuspicious = (text: string): boolean => text.includes("\\u") || text.includes("__proto__") || !text.isWellFormed();

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw malformed(`The body is not valid JSON: ${(error as Error).message.toWellFormed()}`);
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
