import type * as z from "zod";
import type { Options } from "../api-client.ts";
import { foreignFields } from "./foreign-fields.ts";
import { type Operation, pathOf } from "./operations.ts";
import type { Objects } from "./world.ts";

/** A request that the declaration of its operation forbids. */
export interface Malformed {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly options: Options;
  /** Where it has a field that is not the client's to send. */
  readonly foreign?: string;
}

const NUL = String.fromCharCode(0);
const WRONG: readonly unknown[] = [
  {},
  [],
  "",
  "x".repeat(20_000),
  -1,
  1.5,
  1e308,
  true,
  null,
  "not one of these",
  "2026-13-45",
  "019e1b9a",
  ["", 1],
  { $gt: "" },
  "\ud800",
];
const WRONG_TEXTS = ["", "x".repeat(3000), "-1", "1.5", "nonsense", "2026-13-45", "019e1b9a-0000", "true,false", "{}", "' OR 1=1 --", NUL];
const WRONG_IDS = [
  "not-an-id",
  "..",
  "__proto__",
  "constructor",
  "0",
  "x".repeat(5000),
  "019e1b9a-7c00-7000-8000-00000000000g",
  `019e1b9a-7c00-7000-8000-000000000001${NUL}`,
  "019e1b9a-7c00-7000-8000-000000000001 ",
  "💥",
  "%00",
  "' OR 1=1 --",
];

const nested = (depth: number): string => `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`;

interface Basis {
  readonly operation: Operation;
  readonly objects: Objects;
  readonly options: Options;
}

/** Everything that can be wrong with a body. `raw` is sent as it is; a value as its JSON. */
const bodies = ({ operation: { id, route } }: Basis): { name: string; raw: string; headers?: Record<string, string>; foreign?: string }[] => {
  if (!route.body) return [{ name: "a body where none is read", raw: '{"a":1}' }];
  const schema = route.body;
  const example = (route.example?.body ?? {}) as Record<string, unknown>;
  const good = JSON.stringify(example);
  const value = (name: string, one: unknown) => ({ name, one });
  const fields = Object.keys({ ...(schema as unknown as z.ZodObject).shape, ...example });
  const values = [
    ...[null, 1, "text", true, [], [example]].map((one) => value(`a body that is ${JSON.stringify(one).slice(0, 20)}`, one)),
    ...fields.flatMap((field) => [
      ...WRONG.map((wrong) => value(`${field} as ${JSON.stringify(wrong).slice(0, 20)}`, { ...example, [field]: wrong })),
      value(`no ${field}`, Object.fromEntries(Object.entries(example).filter(([name]) => name !== field))),
    ]),
  ].filter(({ one }) => !accepts(schema, one));
  return [
    ...foreignFields(id, example),
    { name: "truncated JSON", raw: good.slice(0, -1) },
    { name: "text after the JSON", raw: `${good}x` },
    { name: "no JSON at all", raw: "name=ada" },
    { name: "500 levels of nesting", raw: nested(500) },
    { name: "40 levels of nesting", raw: nested(40) },
    { name: "a bare NUL in a text", raw: `{"a":"${NUL}"}` },
    { name: "a byte order mark", raw: `\ufeff${good}` },
    { name: "more bytes than are read", raw: JSON.stringify({ ...example, filler: "x".repeat(route.max_body ?? 256 * 1024) }) },
    { name: "a number beyond all numbers", raw: '{"no_such_field":1e999}' },
    { name: "another content type", raw: good, headers: { "content-type": "text/plain" } },
    { name: "no content type", raw: good, headers: { "content-type": "" } },
    { name: "another character set", raw: good, headers: { "content-type": "application/json; charset=utf-16" } },
    ...values.map(({ name, one }) => ({ name, raw: JSON.stringify(one) })),
  ];
};

const accepts = (schema: z.ZodType, value: unknown): boolean => {
  try {
    return schema.safeParse(JSON.parse(JSON.stringify(value) ?? "null")).success;
  } catch {
    return false;
  }
};

const queries = ({ operation: { route } }: Basis): { name: string; query: Record<string, string> }[] => {
  const fields = Object.keys(route.query?.shape ?? {});
  const declared = fields
    .flatMap((field) => WRONG_TEXTS.map((text) => ({ name: `${field}=${text.slice(0, 12)}`, query: { [field]: text } })))
    .filter(({ query }) => !accepts(route.query!, query));
  return [
    { name: "an unknown parameter", query: { no_such_parameter: "1" } },
    { name: "a parameter named __proto__", query: JSON.parse('{"__proto__":"1"}') as Record<string, string> },
    { name: "a parameter in brackets", query: { "limit[$gt]": "1" } },
    { name: "a parameter without a name", query: { "": "1" } },
    { name: "a token in the query", query: { access_token: "x" } },
    ...(route.list
      ? [
          ...["0", "-1", "101", "1.5", "many", "1e9", "Infinity", "NaN"].map((limit) => ({ name: `limit=${limit}`, query: { limit } })),
          ...["", "x", "AAAA", "AbCd".repeat(30), "..", `{"pk":"x"}`, "x".repeat(4000), NUL].map((cursor) => ({
            name: `cursor=${cursor.slice(0, 12)}`,
            query: { cursor },
          })),
        ]
      : [{ name: "a cursor where there is no list", query: { cursor: "AAAA" } }]),
    ...declared,
  ];
};

const headers = ({ operation: { route } }: Basis): { name: string; headers: Record<string, string> }[] => [
  ...(route.policy.kind === "public"
    ? []
    : [
        ...["Basic YTpi", "Bearer short", "Bearer", `Bearer ${"x".repeat(600)}`, "Bearer ünïcödé-token-of-enough-length"].map((authorization) => ({
          name: `Authorization: ${authorization.slice(0, 14)}`,
          headers: { authorization },
        })),
        ...["not-an-id", "*", "019e1b9a-7c00-7000-8000-000000000001, 019e1b9a-7c00-7000-8000-000000000002"].map((org) => ({
          name: `X-Org-Id: ${org.slice(0, 9)}`,
          headers: { "x-org-id": org },
        })),
      ]),
  ...(route.idempotent
    ? ["", " ", "two words", "x".repeat(256), "schlüssel"].map((key) => ({ name: `Idempotency-Key: ${key.slice(0, 10)}`, headers: { "idempotency-key": key } }))
    : []),
  ...(route.if_match
    ? ["", "3", '"0"', '"-1"', '"x"', '"1", "2"', "*", 'W/"3"', '"99999999999"'].map((tag) => ({ name: `If-Match: ${tag}`, headers: { "if-match": tag } }))
    : []),
];

const methods = (basis: Basis, all: readonly Operation[]): string[] => {
  const path = basis.operation.route.path.replaceAll(/\{\w+\}/g, "{}");
  const known = new Set(all.filter(({ route }) => matches(route.path, path)).map(({ route }) => route.method));
  return ["GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "get"].filter((method) => !known.has(method as never));
};
const matches = (declared: string, path: string): boolean => {
  const [one, other] = [declared.split("/"), path.split("/")];
  return one.length === other.length && one.every((part, at) => part === other[at] || part.startsWith("{") || other[at] === "{}");
};

/**
 * Every way in which a request of an operation can be wrong, alone of its kind: body, query, path, headers, method.
 * What the declaration accepts after all is left out.
 */
export const malformedRequests = (basis: Basis, all: readonly Operation[]): Malformed[] => {
  const { operation, objects, options } = basis;
  const { route, names } = operation;
  const path = pathOf(operation, objects);
  const body = route.body ? { raw: JSON.stringify(route.example?.body ?? {}), headers: { "content-type": "application/json" } } : {};
  const request = (name: string, more: Partial<Malformed> & { readonly with?: Options }): Malformed => ({
    name,
    method: more.method ?? route.method,
    path: more.path ?? path,
    ...(more.foreign === undefined ? {} : { foreign: more.foreign }),
    options: { ...options, ...body, ...more.with, headers: { ...body.headers, ...more.with?.headers } },
  });
  const ids = names.flatMap((name) =>
    WRONG_IDS.filter((id) => route.params && !accepts(route.params, { ...objects, ...only(names, objects), [name]: id })).map((id) => ({ name, id })),
  );
  return [
    ...bodies(basis).map(({ name, raw, headers: given, ...where }) =>
      request(name, { ...where, with: { raw, headers: { "content-type": "application/json", ...given } } }),
    ),
    ...queries(basis).map(({ name, query }) => request(name, { with: { query } })),
    ...headers(basis).map(({ name, headers: given }) => request(name, { with: { headers: given } })),
    ...ids.map(({ name, id }) => request(`${name} as ${id.slice(0, 12)}`, { path: pathOf(operation, { ...only(names, objects), [name]: id }) })),
    ...methods(basis, all).map((method) => request(`${method} on its path`, { method })),
  ];
};

const only = (names: readonly string[], objects: Objects): Record<string, string> => Object.fromEntries(names.map((name) => [name, objects[name]!]));
