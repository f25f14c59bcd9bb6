const MESSAGE_LENGTH = 300;

/** A reply read whole and parsed as far as it goes: JSON if it is JSON, text otherwise. */
export interface HttpReply {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
  readonly is_json: boolean;
  readonly is_html: boolean;
  /** The body was longer than allowed and was not read to its end; `body` is empty then. */
  readonly too_large: boolean;
  /** From the header Retry-After in seconds. */
  readonly retry_after_ms: number | undefined;
  /** The body's own `message`, or `error` if that is a text; short, for failures. */
  readonly message: string | undefined;
}

export const tooLarge = "more bytes than are accepted";

/** Reads a reply up to `max_bytes`, decompressed. Throws what the network throws while the body arrives. */
export const readReply = async (response: Response, max_bytes: number): Promise<HttpReply> => {
  const text = await boundedText(response, max_bytes);
  const parsed = parse(text ?? "");
  return {
    status: response.status,
    headers: response.headers,
    ...parsed,
    is_html: !parsed.is_json && /^\s*(<!doctype html|<html)/i.test(text ?? ""),
    too_large: text === undefined,
    retry_after_ms: secondsIn(response.headers, "retry-after"),
    message: messageOf(parsed.body),
  };
};

const boundedText = async (response: Response, max_bytes: number): Promise<string | undefined> => {
  const chunks: Uint8Array[] = [];
  let size = 0;
  // Leaving the loop early cancels the rest of the body.
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    if (size > max_bytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
};

const parse = (text: string): { body: unknown; is_json: boolean } => {
  if (text.trim() === "") return { body: null, is_json: true };
  try {
    return { body: JSON.parse(text), is_json: true };
  } catch {
    return { body: text, is_json: false };
  }
};

const messageOf = (body: unknown): string | undefined => {
  if (typeof body !== "object" || body === null) return undefined;
  const { message, error } = body as { message?: unknown; error?: unknown };
  const text = typeof message === "string" ? message : typeof error === "string" ? error : undefined;
  return text?.slice(0, MESSAGE_LENGTH);
};

/** A header that counts seconds, in milliseconds; undefined when it is missing or no number. */
export const secondsIn = (headers: Headers, name: string): number | undefined => {
  const text = headers.get(name)?.trim();
  return text !== undefined && /^\d{1,9}(\.\d{1,6})?$/.test(text) ? Number(text) * 1_000 : undefined;
};

/** Failures to establish a connection: the request has certainly not arrived. */
const beforeSending = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH", "UND_ERR_CONNECT_TIMEOUT"]);

const codeIn = (error: unknown): string | undefined => {
  const code = (error as { code?: unknown } | null | undefined)?.code;
  return typeof code === "string" ? code : undefined;
};

/** The reason for a network failure in one word: `ECONNRESET`, `TimeoutError`. */
export const networkCode = (error: unknown): string => codeIn((error as Error).cause) ?? codeIn(error) ?? (error as Error).name;

export const neverSent = (error: unknown): boolean => beforeSending.has(networkCode(error));

const networkCodes = /^(E(?!RR_)[A-Z]+|EAI_AGAIN|UND_ERR_\w+)$/;

/**
 * Whether the network failed rather than the program: fetch reports that as a TypeError with its cause, a timeout as
 * TimeoutError, and a socket by its code.
 */
export const isNetworkFailure = (error: unknown): boolean =>
  error instanceof Error &&
  (error.name === "TimeoutError" || (error instanceof TypeError && error.cause instanceof Error) || networkCodes.test(codeIn(error) ?? ""));
