import * as z from "zod";
import { violationsOf } from "../http/validate.ts";
import { type Violation, invalid, unprocessable } from "../errors.ts";
import { once } from "../once.ts";
import type { Model, Plain } from "./model.ts";
import type { Objection, SystemShape } from "./types.ts";

export interface Schemas {
  /** The fields of a whole item, strict. */
  readonly fields: () => z.ZodType<Plain>;
  /** As stored and loaded: the fields and what the layer adds. */
  readonly item: () => z.ZodType<Plain>;
  /** Patches by use cases: every field but the key's; defaults do not apply. */
  readonly patch: () => z.ZodType<Plain>;
  readonly api: { readonly create: () => z.ZodType; readonly patch: () => z.ZodType; readonly response: () => z.ZodType };
}

const systemShape = once((): SystemShape => ({ version: z.int().min(1), created_at: z.iso.datetime(), updated_at: z.iso.datetime() }));

export const schemasOf = (model: Model): Schemas => {
  const { server: set = [], immutable = [], hidden = [], states } = model.definition;
  const server = states ? [...set, states.field] : set;
  const filled = model.filled.map(({ field }) => field);
  const without = (...groups: readonly Iterable<string>[]): string[] => {
    const excluded = new Set(groups.flatMap((group) => [...group]));
    return model.names.filter((name) => !excluded.has(name));
  };
  const shape = (names: readonly string[], schema: (name: string) => z.ZodType) => Object.fromEntries(names.map((name) => [name, schema(name)]));
  const field = (name: string): z.ZodType => model.fields[name]!;
  const patchField = (name: string): z.ZodType => (model.optional.has(name) ? bare(field(name)).nullable().optional() : bare(field(name)).optional());
  const responseField = (name: string): z.ZodType => (model.optional.has(name) ? bare(field(name)).optional() : bare(field(name)));
  return {
    fields: once(() => z.strictObject(model.fields)),
    item: once(() => z.strictObject({ ...model.fields, ...systemShape() })),
    patch: once(() => z.strictObject(shape(without(model.identity), patchField))),
    api: {
      create: once(() => z.strictObject(shape(without(model.identity, server, filled), field))),
      patch: once(() => z.strictObject(shape(without(model.identity, server, immutable), patchField))),
      // Not strict: it also strips what is hidden when a whole item is parsed by it.
      response: once(() => z.object({ ...shape(without(hidden), responseField), ...systemShape() })),
    },
  };
};

/** The schema below defaults and optionality: a patch must not fill in what it leaves out. */
const bare = (schema: z.ZodType): z.ZodType => {
  let inner = schema;
  while (inner instanceof z.ZodDefault || inner instanceof z.ZodOptional) inner = inner.unwrap() as z.ZodType;
  return inner;
};

/** Defaults that are the same each time, which stand in for fields that were added after an item was stored. */
export const fixedDefaults = (model: Model): readonly (readonly [string, unknown])[] =>
  model.names.flatMap((name) => {
    const schema = model.fields[name]!;
    if (!(schema instanceof z.ZodDefault) || model.filled.some(({ field }) => field === name)) return [];
    const [value, again] = [schema._zod.def.defaultValue, schema._zod.def.defaultValue];
    return value !== undefined && JSON.stringify(value) === JSON.stringify(again) ? [[name, value] as const] : [];
  });

/** Parses, or throws DomainError invalid with every violation. */
export const parse = (schema: z.ZodType<Plain>, value: unknown): Plain => {
  const result = schema.safeParse(value, { reportInput: true });
  if (!result.success) throw invalid(violationsOf(result.error, ""));
  return result.data;
};

/** Throws DomainError unprocessable when the entity's rule objects. */
export const requireRule = (model: Model, item: Plain): void => {
  const errors = objections(model.definition.check?.(item));
  const [first] = errors;
  if (first) throw unprocessable(first.code, errors.map(({ detail }) => detail).join(" "), errors);
};

const objections = (objection: Objection): readonly Violation[] => {
  if (!objection) return [];
  return typeof objection === "string" ? [{ pointer: "", code: "rule", detail: objection }] : objection;
};
