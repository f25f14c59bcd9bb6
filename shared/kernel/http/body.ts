import { DomainError, invalid } from "../errors.ts";
import { strictJson } from "../json/strict-json.ts";

const DEFAULT_MAX = 256 * 1024;
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
 * twice in one object, without a name or named `__proto__`, halves of surrogate pairs, U+0000, numbers beyond the safe
 * integers or nearer to 0 than a table keeps, and more than 32 levels.
 */
export const readJson = (event: WithBody, max = DEFAULT_MAX): unknown => {
  if (event.body === undefined || event.body === "") return undefined;
  const encoded = event.isBase64Encoded ? Buffer.from(event.body, "base64") : undefined;
  requireSize(encoded?.length ?? Buffer.byteLength(event.body), max);
  if (!JSON_TYPE.test(event.headers["content-type"] ?? ""))
    throw new DomainError("unsupported_media_type", "not_json", "Send the body as application/json in UTF-8.");
  const text = encoded ? decoded(encoded) : event.body;
  const { value, fault } = strictJson(text);
  if (fault) throw malformed(fault.detail, fault.pointer, fault.code);
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
