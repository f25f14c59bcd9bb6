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
  const bytes = Buffer.from(event.body, event.isBase64Encoded ? "base64" : "utf8");
  if (bytes.length > max) throw new DomainError("too_large", "body_too_large", `The body has ${bytes.length} bytes; send at most ${max}.`);
  if (!JSON_TYPE.test(event.headers["content-type"] ?? ""))
    throw new DomainError("unsupported_media_type", "not_json", "Send the body as application/json in UTF-8.");
  const text = event.isBase64Encoded ? decoded(bytes) : event.body;
  if (isDeep(text)) throw malformed(`The body is nested deeper than ${MAX_DEPTH} levels; flatten it.`, "", "too_deep");
  const value = parsed(text);
  const fault = malformation(value, "");
  if (fault) throw malformed(fault.detail, fault.pointer, fault.code);
  const twice = repeatedField(text);
  if (twice !== undefined) throw malformed(`An object has the field "${twice.slice(0, 100)}" twice; send it once.`, "", "duplicate_field");
  return value;
};

const decoded = (bytes: Buffer): string => {
  try {
    // A byte order mark is kept, and is no JSON.
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw malformed("The body is not UTF-8.");
  }
};

/** Looked at before parsing: the parser takes long over thousands of levels. Of what is no JSON it may say anything. */
const isDeep = (text: string): boolean => {
  let [depth, quoted] = [0, false];
  for (let at = 0; at < text.length; at++) {
    const sign = text[at];
    if (quoted && sign === "\\") at++;
    else if (sign === '"') quoted = !quoted;
    else if (quoted) continue;
    else if (sign === "{" || sign === "[") depth++;
    else if (sign === "}" || sign === "]") depth--;
    if (depth > MAX_DEPTH) return true;
  }
  return false;
};

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
