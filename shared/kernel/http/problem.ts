import type { DomainError, ErrorKind, Violation } from "../errors.ts";

/** The one table from kinds of failure to HTTP status and title. */
export const statusOf: Readonly<Record<ErrorKind, readonly [status: number, title: string]>> = {
  invalid: [400, "The request is not valid"],
  unauthenticated: [401, "Sign in first"],
  forbidden: [403, "You may not do this"],
  not_found: [404, "Not found"],
  method_not_allowed: [405, "Method not allowed"],
  conflict: [409, "This contradicts what is stored"],
  stale: [412, "The item has changed since you read it"],
  too_large: [413, "Too large"],
  unsupported_media_type: [415, "Unsupported media type"],
  unprocessable: [422, "A rule forbids this"],
  precondition_required: [428, "If-Match is required"],
  rate_limited: [429, "Too many requests"],
  unavailable: [503, "Try again later"],
};

/** RFC 9457 problem document with our members `code`, `request_id` and `errors`. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly request_id: string;
  readonly errors: readonly Violation[];
  readonly [extra: string]: unknown;
}

export const toProblem = (error: DomainError, request_id: string): Problem => {
  const [status, title] = statusOf[error.kind];
  return { ...error.extra, type: `/problems/${error.code}`, title, status, detail: error.message, code: error.code, request_id, errors: error.errors };
};

export const internalProblem = (request_id: string): Problem => ({
  type: "/problems/internal_error",
  title: "Something went wrong on our side",
  status: 500,
  detail: `The request failed unexpectedly. Nothing is half-written. Report request_id ${request_id} if it persists.`,
  code: "internal_error",
  request_id,
  errors: [],
});
