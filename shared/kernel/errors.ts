/** What kind of failure a domain error is. The HTTP layer maps each kind to one status; the core never names a status. */
export type ErrorKind =
  | "invalid" // 400: the request breaks its schema or is malformed
  | "unauthenticated" // 401
  | "forbidden" // 403: the caller is known and may not
  | "not_found" // 404: missing, or not the caller's to see
  | "conflict" // 409: contradicts what is stored now
  | "stale" // 412: If-Match does not name the current version
  | "too_large" // 413
  | "unsupported_media_type" // 415
  | "unprocessable" // 422: well-formed, but a rule of the domain forbids it
  | "precondition_required" // 428: If-Match is missing
  | "rate_limited" // 429
  | "method_not_allowed" // 405
  | "unavailable"; // 503: a dependency did not answer; repeat later

/** One violation: where it is (RFC 6901 pointer into the body, or `/query/limit`, `/header/if-match`, `/path/id`), which rule, and what to do. */
export interface Violation {
  pointer: string;
  code: string;
  detail: string;
}

/** The one error that use cases throw on purpose. `code` is stable and documented; `detail` names the field, the rule and the remedy. */
export class DomainError extends Error {
  readonly kind: ErrorKind;
  readonly code: string;
  readonly errors: readonly Violation[];
  /** Seconds after which a repeat may succeed; sent as Retry-After. */
  readonly retry_after: number | undefined;
  /** Further members of the problem document, for example the list of allowed transitions. */
  readonly extra: Readonly<Record<string, unknown>>;

  constructor(
    kind: ErrorKind,
    code: string,
    detail: string,
    more: { errors?: readonly Violation[]; retry_after?: number; extra?: Record<string, unknown>; cause?: unknown } = {},
  ) {
    super(detail, more.cause === undefined ? undefined : { cause: more.cause });
    this.name = "DomainError";
    this.kind = kind;
    this.code = code;
    this.errors = more.errors ?? [];
    this.retry_after = more.retry_after;
    this.extra = more.extra ?? {};
  }
}

export const isDomainError = (error: unknown, code?: string): error is DomainError =>
  error instanceof DomainError && (code === undefined || error.code === code);

export const notFound = (noun: string): DomainError => new DomainError("not_found", "not_found", `No such ${noun}.`);
export const conflict = (code: string, detail: string, extra?: Record<string, unknown>): DomainError =>
  new DomainError("conflict", code, detail, extra ? { extra } : {});
export const unprocessable = (code: string, detail: string, errors?: readonly Violation[]): DomainError =>
  new DomainError("unprocessable", code, detail, errors ? { errors } : {});
export const forbidden = (code: string, detail: string): DomainError => new DomainError("forbidden", code, detail);
export const invalid = (errors: readonly Violation[], code = "invalid_request"): DomainError =>
  new DomainError("invalid", code, errors.map((e) => `${e.pointer}: ${e.detail}`).join("; "), { errors });
