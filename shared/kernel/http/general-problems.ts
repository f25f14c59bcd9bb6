import type { ErrorKind } from "../errors.ts";
import type { Access } from "../lambda.ts";
import { statusOf } from "./problem.ts";
import type { Route } from "./route.ts";

/** A problem that the kernel answers by itself; what a route's own rules answer is declared on the route. */
export interface GeneralProblem {
  readonly kind: ErrorKind;
  readonly code: string;
  readonly when: string;
  /** Which routes can answer it, by their declaration and by what their function may do. */
  readonly applies: (route: Route, access: Access) => boolean;
}

const every = (): boolean => true;
const needsCaller = ({ policy }: Route): boolean => policy.kind !== "public" && policy.kind !== "signed";
const needsOrg = (route: Route): boolean => needsCaller(route) && route.policy.kind !== "signed_in";
const underPolicy =
  (kind: Route["policy"]["kind"]) =>
  ({ policy }: Route): boolean =>
    policy.kind === kind;
const hasBody = ({ body }: Route): boolean => body !== undefined;
const isList = ({ list }: Route): boolean => list === true;
const isIdempotent = ({ idempotent }: Route): boolean => idempotent === true;
const needsVersion = ({ if_match }: Route): boolean => if_match === true;
const writes = ({ method }: Route): boolean => method !== "GET";

/** All of them, in the order of their status. A test holds this list against what the kernel's sources throw. */
export const GENERAL_PROBLEMS: readonly GeneralProblem[] = [
  { kind: "invalid", code: "invalid_request", when: "the request breaks its schema; `errors` lists every violation.", applies: every },
  { kind: "invalid", code: "malformed_json", when: "the body is not readable as JSON.", applies: hasBody },
  { kind: "invalid", code: "missing_org", when: "name the active org in X-Org-Id.", applies: needsOrg },
  { kind: "invalid", code: "bad_cursor", when: "the cursor is not one of this list's, or a day old; start again without it.", applies: isList },
  { kind: "unauthenticated", code: "missing_token", when: "send a bearer token.", applies: needsCaller },
  { kind: "unauthenticated", code: "invalid_token", when: "the token opens nothing, or nothing any more.", applies: needsCaller },
  {
    kind: "unauthenticated",
    code: "bad_signature",
    when: "the signature does not fit the message, or was made more than five minutes from now.",
    applies: underPolicy("signed"),
  },
  { kind: "forbidden", code: "role_required", when: "the role does not reach this.", applies: underPolicy("roles") },
  { kind: "forbidden", code: "owner_required", when: "only an owner of the org may.", applies: underPolicy("org_owner") },
  { kind: "forbidden", code: "user_session_required", when: "an API key will not do.", applies: underPolicy("signed_in") },
  {
    kind: "not_found",
    code: "not_found",
    when: "missing, or not the caller's to see.",
    applies: (route) => route.params !== undefined || needsCaller(route),
  },
  { kind: "conflict", code: "request_in_flight", when: "the first request with this Idempotency-Key still runs.", applies: isIdempotent },
  {
    kind: "conflict",
    code: "reply_lost",
    when: "the first request with this Idempotency-Key was carried out, but its reply is lost; read what it made.",
    applies: (route) => isIdempotent(route) && route.reply.body !== null,
  },
  { kind: "conflict", code: "concurrent_change", when: "another request changed the item at the same moment; read it and repeat.", applies: writes },
  { kind: "stale", code: "stale", when: "If-Match does not name the current version.", applies: needsVersion },
  { kind: "too_large", code: "body_too_large", when: "the body has too many bytes; `detail` says how many are accepted.", applies: hasBody },
  { kind: "unsupported_media_type", code: "not_json", when: "the body is not application/json.", applies: hasBody },
  { kind: "unprocessable", code: "idempotency_key_reused", when: "the key was used with another body.", applies: isIdempotent },
  {
    kind: "unprocessable",
    code: "secret_unreadable",
    when: "a stored secret does not open any more; store it again.",
    applies: (_, { vault }) => vault?.includes("open") === true,
  },
  { kind: "precondition_required", code: "if_match_required", when: "send If-Match.", applies: needsVersion },
  { kind: "rate_limited", code: "rate_limited", when: "wait Retry-After seconds.", applies: every },
  { kind: "unavailable", code: "busy", when: "a part that this needs does not answer; repeat after Retry-After seconds.", applies: every },
  {
    kind: "unavailable",
    code: "timed_out",
    when: "the request took too long and may or may not have been carried out; repeat it, with the same Idempotency-Key if it has one.",
    applies: every,
  },
  { kind: "unavailable", code: "contended", when: "others kept changing the same items, or some reads were put off; repeat.", applies: every },
  {
    kind: "unavailable",
    code: "commands_not_sent",
    when: "the order for the work behind this was not taken; repeat.",
    applies: (route, { sends }) => writes(route) && (sends ?? []).length > 0,
  },
  {
    kind: "unavailable",
    code: "vault_unavailable",
    when: "secrets cannot be sealed or opened at present; repeat.",
    applies: (_, { vault }) => vault !== undefined,
  },
];

/** What a route can answer beside success and its own refusals, by status. */
export const generalProblemsOf = (route: Route, access: Access): readonly (GeneralProblem & { readonly status: number })[] =>
  GENERAL_PROBLEMS.filter(({ applies }) => applies(route, access)).map((problem) => ({ ...problem, status: statusOf[problem.kind][0] }));
