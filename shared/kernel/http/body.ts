import { DomainError, invalid } from "../errors.ts";

const DEFAULT_MAX = 256 * 1024;
const MAX_DEPTH = 32;

const tooDeepOrUnsafe = (value: unknown, depth = 0): string | undefined => {
  if (value === null || typeof value !== "object") return undefined;
  if (depth > MAX_DEPTH) return `is nested deeper than ${MAX_DEPTH} levels`;
  if (Object.hasOwn(value, "__proto__")) return 'has a field "__proto__"';
  for (const child of Object.values(value)) {
    const found = tooDeepOrUnsafe(child, depth + 1);
    if (found) return found;
  }
  return undefined;
};

/** The JSON body of an API Gateway event. Throws DomainError `too_large`, `unsupported_media_type` or `invalid` (malformed). */
export const readJson = (event: { body?: string | undefined; isBase64Encoded: boolean; headers: Record<string, string | undefined> }, max = DEFAULT_MAX): unknown => {
  if (event.body === undefined || event.body === "") return undefined;
  const bytes = Buffer.from(event.body, event.isBase64Encoded ? "base64" : "utf8");
  if (bytes.length > max) throw new DomainError("too_large", "body_too_large", `The body has ${bytes.length} bytes; at most ${max} are read.`);
  const type = event.headers["content-type"] ?? "";
  if (!/^application\/([\w.+-]+\+)?json\s*(;\s*charset\s*=\s*"?utf-8"?\s*)?$/i.test(type))
    throw new DomainError("unsupported_media_type", "not_json", "Send the body as application/json in UTF-8.");
  const malformed = (detail: string) => invalid([{ pointer: "", code: "malformed_json", detail }], "malformed_json");
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch (error) {
    throw malformed(`The body is not valid JSON: ${(error as Error).message}`);
  }
  const fault = tooDeepOrUnsafe(value);
  if (fault) throw malformed(`The body ${fault}.`);
  return value;
};
