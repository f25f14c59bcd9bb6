import { Logger } from "@aws-lambda-powertools/logger";
import type { Log } from "./context.ts";

const HIDDEN = "[hidden]";
const MAX_DEPTH = 8;

const secretKeys = new Set(
  "password password_hash passphrase token access_token refresh_token id_token secret secret_hash client_secret api_key apikey authorization cookie set_cookie email emails phone phones credentials private_key signature"
    .split(" ")
    .flatMap((key) => [key, key.replaceAll("_", "")]),
);
const isSecretKey = (key: string): boolean => secretKeys.has(key.toLowerCase().replaceAll("-", "_"));

/** Our own tokens (`gsa_…`, `gsr_…`, `gsk_…`) and bearer headers, wherever they stand in a text. */
const secretText = /\b(?:gs[a-z]_|Bearer\s+)[\w.~+/-]{16,}=*/g;

const redactError = (error: Error, depth: number): Record<string, unknown> => {
  const { name, message, stack, cause } = error;
  const code = (error as { code?: unknown }).code;
  return {
    name,
    message: redactValue(message, depth),
    ...(typeof code === "string" ? { code } : {}),
    ...(stack ? { stack: redactValue(stack, depth) } : {}),
    ...(cause === undefined ? {} : { cause: redactValue(cause, depth + 1) }),
  };
};

const redactValue = (value: unknown, depth: number): unknown => {
  if (typeof value === "string") return value.replaceAll(secretText, HIDDEN);
  if (typeof value === "bigint") return value.toString();
  if (typeof value !== "object" || value === null) return value;
  if (depth >= MAX_DEPTH) return "[deeper]";
  if (value instanceof Error) return redactError(value, depth);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? "[no date]" : value.toISOString();
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (value instanceof Map || value instanceof Set) return redactValue([...value], depth);
  if (Array.isArray(value)) return value.map((item) => redactValue(item, depth + 1));
  return redactFields(value as Record<string, unknown>, depth + 1);
};

const redactFields = (fields: Record<string, unknown>, depth: number): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, isSecretKey(key) ? HIDDEN : redactValue(value, depth)]));

/**
 * What may be logged of some fields: passwords, tokens, secrets, addresses and cookies are hidden by their key at any
 * depth, tokens also inside texts; errors keep name, code, message, stack and cause only.
 */
export const redact = (fields: Record<string, unknown>): Record<string, unknown> => redactFields(fields, 0);

/** A log whose every line carries `fields` too, for example request_id and org_id. */
export const logWith = (log: Log, fields: Record<string, unknown>): Log => ({
  debug: (message, more) => log.debug(message, { ...fields, ...more }),
  info: (message, more) => log.info(message, { ...fields, ...more }),
  warn: (message, more) => log.warn(message, { ...fields, ...more }),
  error: (message, more) => log.error(message, { ...fields, ...more }),
});

/** One JSON object a line on standard output, redacted. Service name and level come from POWERTOOLS_* variables. */
export const logger = (): Log => {
  const lines = new Logger();
  const text = (message: string): string => redactValue(message, 0) as string;
  return {
    debug: (message, fields = {}) => lines.debug(text(message), redact(fields)),
    info: (message, fields = {}) => lines.info(text(message), redact(fields)),
    warn: (message, fields = {}) => lines.warn(text(message), redact(fields)),
    error: (message, fields = {}) => lines.error(text(message), redact(fields)),
  };
};
