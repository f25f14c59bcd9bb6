import type { Reply } from "../api-client.ts";
import type { DocumentedOperation } from "./document.ts";

/**
 * Why a request was sent, which says what its reply must be.
 * - `positive`: all of it is as the document asks.
 * - `negative`: one part is not.
 * - `without_header`: a header that the document requires is left out.
 * - `without_auth`: without a token that opens anything.
 * - `other_method`: a method that the document does not know on this path.
 * - `freed`: on what a DELETE has just taken away.
 * - `made`: reads what a POST has just made.
 */
export type Meaning = "positive" | "negative" | "without_header" | "without_auth" | "other_method" | "freed" | "made";

export interface Asked {
  readonly operation: DocumentedOperation;
  readonly meaning: Meaning;
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** The methods that the document knows on the path. */
  readonly methods: readonly string[];
}

export interface Exchanged {
  readonly asked: Asked;
  readonly reply: Reply;
  readonly ms: number;
}

/** That a check has nothing to say of a reply, right or wrong. */
const NOT_JUDGED = Symbol("not judged");

/** Undefined when the reply is as it must be, else what is wrong with it. */
type Check = (exchanged: Exchanged) => string | undefined | typeof NOT_JUDGED;

/** A reply takes at most this long, on a machine that does other things as well. */
export const MAX_RESPONSE_MS = 5000;

const isProblem = ({ status }: Reply): boolean => status >= 400;
const refused = ({ status }: Reply): boolean => status >= 400 && status < 500;
const succeeded = ({ status }: Reply): boolean => status >= 200 && status < 300;
const typeOf = ({ headers }: Reply): string | undefined => headers["content-type"]?.split(";")[0];
const documented = ({ asked, reply }: Exchanged) => asked.operation.responses[String(reply.status)];

/** What a JSON Schema can say of a value. Whoever keeps to the document never meets these. */
const SAID_BY_SCHEMAS = new Set([
  "required",
  "type",
  "format",
  "too_small",
  "too_big",
  "unknown_field",
  "not_allowed",
  "multiple_of",
  "no_variant",
  "bad_name",
]);

const not_a_server_error: Check = ({ reply }) => (reply.status >= 500 ? `${reply.status} is a fault of ours` : undefined);

const status_code_conformance: Check = (exchanged) => {
  const { asked, reply } = exchanged;
  if (asked.meaning === "other_method") return NOT_JUDGED;
  return documented(exchanged) ? undefined : `${reply.status} is not documented`;
};

const content_type_conformance: Check = (exchanged) => {
  const { reply } = exchanged;
  const told = Object.keys(documented(exchanged)?.content ?? (isProblem(reply) ? { "application/problem+json": {} } : {}));
  if (told.length === 0) return reply.body === undefined ? undefined : "has a body where none is documented";
  return told.includes(typeOf(reply) ?? "") ? undefined : `is ${typeOf(reply)} instead of ${told.join()}`;
};

const response_headers_conformance: Check = (exchanged) => {
  const { asked, reply } = exchanged;
  const { etag } = reply.headers;
  const shown = Object.entries(documented(exchanged)?.headers ?? {}).filter(([name, { required }]) => required || name in reply.headers);
  if (shown.length === 0 && etag === undefined) return NOT_JUDGED;
  for (const [name, { schema }] of shown) {
    const value = reply.headers[name];
    if (value === undefined) return `has no ${name}`;
    const fault = asked.operation.reference.against(schema, value);
    if (fault !== undefined) return `${name} is ${value}: ${fault}`;
  }
  return etag === undefined || etag === `"${reply.body.version}"` ? undefined : `ETag ${etag} is not version ${reply.body.version}`;
};

const response_schema_conformance: Check = (exchanged) => {
  const { asked, reply } = exchanged;
  const content = documented(exchanged)?.content?.[typeOf(reply) ?? ""];
  if (content === undefined) return NOT_JUDGED;
  const fault = asked.operation.reference.against(content.schema, reply.body);
  return fault === undefined ? undefined : `is not what the document shows: ${fault}`;
};

/** A check of what is sent for one reason alone. */
const of =
  (meaning: Meaning, check: (exchanged: Exchanged) => string | undefined): Check =>
  (exchanged) =>
    exchanged.asked.meaning === meaning ? check(exchanged) : NOT_JUDGED;

const negative_data_rejection = of("negative", ({ reply }) => (refused(reply) ? undefined : "takes what the document forbids"));

const positive_data_acceptance: Check = ({ asked, reply }) => {
  if (asked.meaning !== "positive") return NOT_JUDGED;
  if (succeeded(reply)) return undefined;
  const { status, problem } = reply;
  if ([405, 415, 428].includes(status) || (status === 401 && asked.operation.secured)) return "refuses what the document allows";
  // What else stands in the way, a state or something that is not there, the document does not say.
  if (status !== 400) return NOT_JUDGED;
  return problem.errors.some(({ code }) => SAID_BY_SCHEMAS.has(code)) ? "refuses what the document allows" : undefined;
};

/** A message without one of these is not signed. */
const OF_SIGNATURE = /^((webhook|svix)-(id|timestamp|signature)|x-hub-signature-256)$/;

const missing_required_header = of("without_header", ({ asked, reply }) => {
  const left = asked.operation.parameters.find(
    ({ in: place, required, name }) => place === "header" && required && asked.headers[name.toLowerCase()] === undefined,
  );
  const expected = left?.name === "If-Match" ? 428 : OF_SIGNATURE.test(left?.name ?? "") ? 401 : 400;
  return reply.status === expected ? undefined : `does without ${left?.name}`;
});

const unsupported_method = of("other_method", ({ reply }) => (reply.status === 405 ? undefined : "is not 405"));

const allow_header_conformance = of("other_method", ({ asked, reply }) => {
  const allow = reply.headers["allow"];
  return allow === asked.methods.join(", ") ? undefined : `allows ${allow} instead of ${asked.methods.join(", ")}`;
});

/** With a person their sessions go too, so that 401 says it as well. */
const use_after_free = of("freed", ({ reply }) => (reply.status === 404 || reply.status === 401 ? undefined : "is still there after it was deleted"));

const ensure_resource_availability = of("made", ({ reply }) => (succeeded(reply) ? undefined : "is not there after it was made"));

const ignored_auth = of("without_auth", ({ reply }) => (reply.status === 401 ? undefined : "answers without a token"));

const max_response_time: Check = ({ ms }) => (ms > MAX_RESPONSE_MS ? `takes ${Math.round(ms)} ms` : undefined);

/** The checks of Schemathesis, under the names it gives them. */
export const checks = {
  not_a_server_error,
  status_code_conformance,
  content_type_conformance,
  response_headers_conformance,
  response_schema_conformance,
  negative_data_rejection,
  positive_data_acceptance,
  missing_required_header,
  unsupported_method,
  allow_header_conformance,
  use_after_free,
  ensure_resource_availability,
  ignored_auth,
  max_response_time,
} as const satisfies Readonly<Record<string, Check>>;
export type CheckName = keyof typeof checks;

/** The checks that judge a reply, each with what it has against it. */
export const verdictsOf = (exchanged: Exchanged): (readonly [CheckName, string | undefined])[] =>
  (Object.entries(checks) as [CheckName, Check][]).flatMap(([name, check]) => {
    const verdict = check(exchanged);
    return verdict === NOT_JUDGED ? [] : [[name, verdict] as const];
  });
