import { expect, it } from "vitest";
import type { Reply } from "../../../support/api-client.ts";
import { type Asked, type CheckName, type Exchanged, MAX_RESPONSE_MS, checks, verdictsOf } from "../../../support/fuzz/checks.ts";
import { documentedOperations } from "../../../support/fuzz/document.ts";

const failuresOf = (exchanged: Exchanged): CheckName[] => verdictsOf(exchanged).flatMap(([check, fault]) => (fault === undefined ? [] : [check]));
const judgesOf = (exchanged: Exchanged): CheckName[] => verdictsOf(exchanged).map(([check]) => check);

const operations = documentedOperations();
const operationOf = (id: string) => operations.find((one) => one.id === id)!;

const client = {
  org_id: "019e1b9a-7c00-7000-8000-000000000001",
  id: "019e1b9a-7c00-7000-8000-000000000002",
  name: "Quiet Choir",
  emails: [],
  version: 1,
  created_at: "2026-11-20T10:00:00.000Z",
  updated_at: "2026-11-20T10:00:00.000Z",
};
const sent = { "x-request-id": "a" };
const made: Exchanged = {
  asked: {
    operation: operationOf("soundcloud.createClient"),
    meaning: "positive",
    method: "POST",
    path: "/soundcloud/clients",
    query: {},
    headers: { "idempotency-key": "a" },
    body: { name: "Quiet Choir" },
    methods: ["GET", "POST"],
  },
  reply: {
    status: 201,
    headers: { ...sent, "content-type": "application/json", etag: '"1"', location: "/soundcloud/clients/1" },
    body: client,
    problem: client as never,
  },
  ms: 5,
};

const problem = (status: number, code: string, errors: object[] = [], headers: Record<string, string> = {}): Reply => {
  const body = { type: `/problems/${code}`, title: "Title", status, detail: "Detail.", code, request_id: "a", errors };
  return { status, headers: { ...sent, "content-type": "application/problem+json", ...headers }, body, problem: body as never };
};
const asking = (change: Partial<Asked>, reply: Partial<Reply> = {}, ms = 5): Exchanged => ({
  asked: { ...made.asked, ...change },
  reply: { ...made.reply, ...reply } as Reply,
  ms,
});
const otherMethod: Partial<Asked> = { meaning: "other_method", method: "TRACE" };

/** For each check a reply that it lets pass, and one that is broken in just this way. */
const cases: Readonly<Record<CheckName, readonly [good: Exchanged, broken: Exchanged]>> = {
  not_a_server_error: [made, asking({}, problem(500, "internal_error"))],
  status_code_conformance: [made, asking({}, problem(402, "pay_first"))],
  content_type_conformance: [made, asking({}, { headers: { ...made.reply.headers, "content-type": "text/html" } })],
  response_headers_conformance: [made, asking({}, { headers: { ...made.reply.headers, etag: '"2"' } })],
  response_schema_conformance: [made, asking({}, { body: { ...client, secret: "more than is documented" } })],
  negative_data_rejection: [asking({ meaning: "negative" }, problem(400, "invalid_request")), asking({ meaning: "negative" })],
  positive_data_acceptance: [
    asking({}, problem(400, "invalid_request", [{ pointer: "/name", code: "rule", detail: "A rule in words." }])),
    asking({}, problem(400, "invalid_request", [{ pointer: "/name", code: "too_big", detail: "At most 3." }])),
  ],
  missing_required_header: [
    asking({ meaning: "without_header", headers: {} }, problem(400, "invalid_request")),
    asking({ meaning: "without_header", headers: {} }),
  ],
  unsupported_method: [
    asking(otherMethod, problem(405, "method_not_allowed", [], { allow: "GET, POST" })),
    asking(otherMethod, problem(404, "not_found", [], { allow: "GET, POST" })),
  ],
  allow_header_conformance: [
    asking(otherMethod, problem(405, "method_not_allowed", [], { allow: "GET, POST" })),
    asking(otherMethod, problem(405, "method_not_allowed", [], { allow: "GET" })),
  ],
  use_after_free: [asking({ meaning: "freed" }, problem(404, "not_found")), asking({ meaning: "freed" })],
  ensure_resource_availability: [asking({ meaning: "made" }), asking({ meaning: "made" }, problem(404, "not_found"))],
  ignored_auth: [asking({ meaning: "without_auth" }, problem(401, "missing_token", [], { "www-authenticate": "Bearer" })), asking({ meaning: "without_auth" })],
  max_response_time: [made, asking({}, {}, MAX_RESPONSE_MS + 1)],
};

it.each(Object.entries(cases))("%s lets a right reply pass and finds a broken one", (name, [good, broken]) => {
  expect(checks[name as CheckName](good)).toBeUndefined();
  expect(checks[name as CheckName](broken)).toEqual(expect.any(String));
  expect(failuresOf(broken)).toContain(name);
  expect(judgesOf(good)).toContain(name);
});

it("a check judges only what it is about", () => {
  const always = ["not_a_server_error", "status_code_conformance", "content_type_conformance", "response_headers_conformance", "response_schema_conformance"];
  expect(judgesOf(made)).toEqual([...always, "positive_data_acceptance", "max_response_time"]);
  // That something is not there says nothing of what the document allows.
  expect(judgesOf(asking({}, problem(404, "not_found")))).not.toContain("positive_data_acceptance");
  expect(judgesOf(asking({ meaning: "freed" }, problem(404, "not_found")))).toContain("use_after_free");
});

it.each([
  ["a code that is not documented", asking({}, problem(409, "no_such_code"))],
  ["an item that misses a field", asking({}, { body: { ...client, id: undefined } })],
  ["a time that is none", asking({}, { body: { ...client, created_at: "yesterday" } })],
])("the document's schemas find %s", (_, broken) => {
  expect(failuresOf(broken)).toEqual(["response_schema_conformance"]);
});

it("there are fourteen", () => expect(Object.keys(checks)).toHaveLength(14));
it("a right reply fails none", () => expect(failuresOf(made)).toEqual([]));
