/**
 * What a call to an outside service came to. Services fail in ordinary ways, so a client returns this instead of
 * throwing, and its caller decides for each kind.
 * - `retry_later`: not done, or safe to repeat; not before `after_ms`.
 * - `auth_expired`: the service refused our credentials, and renewing them once did not help.
 * - `permanent`: the same request will fail again. `code` is the service's own word where it has one.
 * - `unknown_outcome`: the request may or may not have taken effect and must not be repeated before it was read back.
 */
export type Outcome<T> = { readonly kind: "ok"; readonly value: T } | Failure;

export type Failure =
  | { readonly kind: "retry_later"; readonly after_ms: number; readonly reason: string }
  | { readonly kind: "auth_expired" }
  | { readonly kind: "permanent"; readonly code: string; readonly detail: string }
  | { readonly kind: "unknown_outcome"; readonly detail: string };

export const ok = <T>(value: T): Outcome<T> => ({ kind: "ok", value });
export const retryLater = (after_ms: number, reason: string): Failure => ({ kind: "retry_later", after_ms: Math.ceil(after_ms), reason });
export const permanent = (code: string, detail: string): Failure => ({ kind: "permanent", code, detail });
export const unknownOutcome = (detail: string): Failure => ({ kind: "unknown_outcome", detail });

/** The same outcome with another value; failures pass unchanged. */
export const mapOk = <T, U>(outcome: Outcome<T>, to: (value: T) => U): Outcome<U> => (outcome.kind === "ok" ? ok(to(outcome.value)) : outcome);
