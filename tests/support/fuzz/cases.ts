import fc from "fast-check";
import type { Meaning } from "./checks.ts";
import type { DocumentedOperation, Parameter } from "./document.ts";
import { type Pool, type Source, spoiled, valuesOf } from "./values.ts";

type Texts = Readonly<Record<string, string>>;

/** What is drawn of a request before the world says what its ids, versions and tokens are. */
export interface Draft {
  readonly meaning: Meaning;
  readonly method: string;
  /** Path parameters in the place of those that exist. */
  readonly params: Texts;
  readonly query: Texts;
  /** Headers in the place of those that are right; an empty text leaves one out. */
  readonly headers: Texts;
  /** Undefined sends what the scene or the document's example say. */
  readonly body: { readonly value: unknown } | undefined;
}

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "OPTIONS", "get"];
const nothing: fc.Arbitrary<Texts> = fc.constant({});
const plain = { params: {}, query: {}, headers: {}, body: undefined };

/** One value of some parameter, as the text that it travels as. */
const textOf = (parameter: Parameter, source: Source): fc.Arbitrary<string> => valuesOf(parameter.schema, source, parameter.name).map(String);

const parametersIn = (operation: DocumentedOperation, place: Parameter["in"]): Parameter[] => operation.parameters.filter((one) => one.in === place);

/**
 * The required parameters with none, one or any of the others: filters often exclude each other. Cursors that a client
 * was not given are no valid ones; `cursors.test.ts` is about them.
 */
const validQuery = (operation: DocumentedOperation, source: Source): fc.Arbitrary<Texts> => {
  const parameters = parametersIn(operation, "query").filter(({ name }) => name !== "cursor");
  if (parameters.length === 0) return nothing;
  const model = Object.fromEntries(parameters.map((one) => [one.name, textOf(one, source)]));
  const required = parameters.filter((one) => one.required).map(({ name }) => name);
  const withThese = (names: readonly string[]): fc.Arbitrary<Texts> => fc.record(Object.fromEntries(names.map((name) => [name, model[name]!])));
  const optional = Object.keys(model).filter((name) => !required.includes(name));
  return fc.oneof(
    withThese(required),
    ...optional.map((name) => withThese([...required, name])),
    fc.record(model, { requiredKeys: required }) as fc.Arbitrary<Texts>,
  );
};

/** Only what has few values is drawn from the schema; ids are those that exist, and now and then one that does not. */
const validParams = (operation: DocumentedOperation, source: Source): fc.Arbitrary<Texts> => {
  const parameters = parametersIn(operation, "path");
  if (parameters.length === 0) return nothing;
  const elsewhere = fc.record(Object.fromEntries(parameters.map((one) => [one.name, textOf(one, { ...source, pool: {} })])), { noNullPrototype: true });
  return fc.oneof({ weight: 6, arbitrary: nothing }, { weight: 1, arbitrary: elsewhere as fc.Arbitrary<Texts> });
};

/** The example with ids that exist in the place of its own. */
const settled = (value: unknown, pool: Pool, name = ""): unknown => {
  if (typeof value === "string") return pool[name]?.[0] ?? value;
  if (Array.isArray(value)) return value.map((part) => settled(part, pool, name));
  return typeof value === "object" && value !== null ? Object.fromEntries(Object.entries(value).map(([key, part]) => [key, settled(part, pool, key)])) : value;
};

const validBody = ({ body, reference }: DocumentedOperation, source: Source): fc.Arbitrary<Draft["body"]> => {
  if (!body) return fc.constant(undefined);
  const drawn = valuesOf(body.schema, source);
  // Both platforms' networks are called so: the example knows its own.
  const { platform: _, ...pool } = source.pool;
  const example = settled(body.example ?? {}, pool) as object;
  const mixed = drawn.map((value) => ({ ...example, ...(value as object) })).filter((value) => reference.against(body.schema, value) === undefined);
  return fc.oneof(
    { weight: 3, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: fc.constant({ value: example }) },
    { weight: 3, arbitrary: fc.oneof(drawn, mixed).map((value) => ({ value })) },
  );
};

const draft = (operation: DocumentedOperation, meaning: Meaning, parts: { [K in "params" | "query" | "headers" | "body"]?: fc.Arbitrary<Draft[K]> }) =>
  fc
    .record({ params: parts.params ?? nothing, query: parts.query ?? nothing, headers: parts.headers ?? nothing, body: parts.body ?? fc.constant(undefined) })
    .map((some): Draft => ({ ...some, meaning, method: operation.method }));

export const positive = (operation: DocumentedOperation, source: Source): fc.Arbitrary<Draft> =>
  draft(operation, "positive", { params: validParams(operation, source), query: validQuery(operation, source), body: validBody(operation, source) });

const WRONG_TEXTS = ["", " ", "-1", "1.5", "nonsense", "2026-13-45", "019e1b9a-0000", "true,false", "{}", "' OR 1=1 --", "\0", "x".repeat(3000)];

/** Texts that a parameter's schema refuses, read as the type that it names. */
const wrongTexts = ({ schema, name }: Parameter, { reference }: Source): string[] =>
  WRONG_TEXTS.filter((text) => name !== "cursor" && reference.against(schema, schema["type"] === "integer" ? Number(text || "none") : text) !== undefined);

const wrongAt = (operation: DocumentedOperation, place: Parameter["in"], source: Source): fc.Arbitrary<Texts> | undefined => {
  const wrong = parametersIn(operation, place).flatMap((one) =>
    wrongTexts(one, source)
      .filter((text) => text !== "" || place === "query")
      .map((text): Texts => ({ [place === "header" ? one.name.toLowerCase() : one.name]: text })),
  );
  return wrong.length > 0 ? fc.constantFrom(...wrong) : undefined;
};

export const negative = (operation: DocumentedOperation, source: Source): fc.Arbitrary<Draft> => {
  const { body } = operation;
  const [params, query, headers] = (["path", "query", "header"] as const).map((place) => wrongAt(operation, place, source));
  const required = validQuery(operation, source);
  return fc.oneof(
    draft(operation, "negative", { query: required.map((some) => ({ ...some, no_such_parameter: "1" })) }),
    ...(body
      ? [
          {
            weight: 6,
            arbitrary: draft(operation, "negative", {
              query: required,
              body: spoiled(body.schema, valuesOf(body.schema, source), source).map((value) => ({ value })),
            }),
          },
        ]
      : [draft(operation, "negative", { query: required, body: fc.constant({ value: { a: 1 } }) })]),
    ...(params ? [draft(operation, "negative", { params, query: required })] : []),
    ...(query ? [draft(operation, "negative", { query })] : []),
    ...(headers ? [draft(operation, "negative", { headers, query: required })] : []),
  );
};

/** One request for each header that may not be missing, each way of having no token, and each method that is not there. */
export const guarded = (operation: DocumentedOperation, methods: readonly string[]): Draft[] => {
  const required = parametersIn(operation, "header").filter((one) => one.required);
  const tokens = ["", "Bearer", "Basic YTpi", `Bearer gsa_${"A".repeat(86)}`];
  return [
    ...required.map(({ name }): Draft => ({ ...plain, meaning: "without_header", method: operation.method, headers: { [name.toLowerCase()]: "" } })),
    ...(operation.secured
      ? tokens.map((authorization): Draft => ({ ...plain, meaning: "without_auth", method: operation.method, headers: { authorization } }))
      : []),
    ...METHODS.filter((method) => !methods.includes(method)).map((method): Draft => ({ ...plain, meaning: "other_method", method })),
  ];
};
