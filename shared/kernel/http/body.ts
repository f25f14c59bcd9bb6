import { DomainError, type Violation, invalid } from "../errors.ts";
import { type StrictJson, strictJson } from "../json/strict-json.ts";

const DEFAULT_MAX = 256 * 1024;
const JSON_TYPE = /^application\/([\w.+-]+\+)?json\s*(;\s*charset\s*=\s*"?utf-8"?\s*)?$/i;

interface WithBody {
  readonly body?: string | undefined;
  readonly isBase64Encoded: boolean;
  readonly headers: Readonly<Record<string, string | undefined>>;
}

/** The problem that a body is which cannot be read, or holds what readers of JSON disagree on. */
export const MALFORMED = "malformed_json";
const malformed = (faults: readonly Violation[]): DomainError => invalid(faults, MALFORMED);

/**
 * The JSON body of an API Gateway event, of no value when there is none; at most `max` bytes. What JSON allows and readers
 * disagree on comes beside the value, so that it is told with what its schema says: fields without a name or named
 * `__proto__`, halves of surrogate pairs, U+0000, and numbers beyond the safe integers or nearer to 0 than a table keeps.
 * Throws DomainError `body_too_large`, `not_json` or `malformed_json`; the last also for a field twice in one object and more
 * than 32 levels.
 */
export const readJson = (event: WithBody, max = DEFAULT_MAX): StrictJson => {
  if (event.body === undefined || event.body === "") return { faults: [] };
  const encoded = event.isBase64Encoded ? Buffer.from(event.body, "base64") : undefined;
  requireSize(encoded?.length ?? Buffer.byteLength(event.body), max);
  if (!JSON_TYPE.test(event.headers["content-type"] ?? ""))
    throw new DomainError("unsupported_media_type", "not_json", "Send the body as application/json in UTF-8.");
  const text = encoded ? decoded(encoded) : event.body;
  const read = strictJson(text);
  if (read.value === undefined) throw malformed(read.faults);
  return read;
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
    throw malformed([{ pointer: "", code: MALFORMED, detail: "The body is not UTF-8." }]);
  }
};
