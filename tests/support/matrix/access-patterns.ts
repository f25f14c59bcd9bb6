import type { Ctx } from "../../../shared/kernel/context.ts";
import { isDomainError } from "../../../shared/kernel/errors.ts";
import type { AnyEntity } from "../../../shared/kernel/table/entity.ts";
import type { Table } from "../../../shared/kernel/table/table.ts";
import type { Template } from "../../../shared/kernel/table/template.ts";
import { sampleOf, uuidOf } from "./sample.ts";

/** The parts of an entity that are called here, without its types. */
interface Callable extends AnyEntity {
  create(ctx: Ctx, input: unknown): Promise<Record<string, unknown>>;
  list(ctx: Ctx, at: unknown): Promise<{ items: unknown[] }>;
  readonly query: Readonly<Record<string, (ctx: Ctx, at: unknown) => Promise<{ items: unknown[] }>>>;
  readonly by: Readonly<Record<string, (ctx: Ctx, at: unknown) => Promise<unknown>>>;
}

/** A declared access pattern, on its way to be met. */
export interface PatternCase {
  readonly pattern: string;
  /** What it must do, as a test says it. */
  readonly does: string;
  readonly index: string;
  readonly requests: number;
  /** Stores what the pattern is to find, and what it must not. */
  prepare(): Promise<Prepared>;
}
interface Prepared {
  /** Items that it must read: those it returns, and the unique row of a unique value. */
  readonly items: number;
  readonly meet: () => Promise<unknown>;
  /** What it must return, where that is one item. */
  readonly found?: unknown;
}

const ROWS = 3;
const plainFields = ({ fields }: Template): string[] => fields.filter((field) => !field.startsWith("%"));

/**
 * Every declared access pattern of a table: lists, indexes and unique values of its entities. All entities share the
 * tenant and the ids that keys are made of, so that a query which reads another entity's rows is found out.
 */
export const patternCases = (table: Table, context: () => Ctx): PatternCase[] => {
  const store = filler(context);
  return ([...table.entities.values()] as Callable[]).flatMap((entity) => casesOf(entity, store, context));
};

const casesOf = (entity: Callable, { create, fill, nth }: ReturnType<typeof filler>, context: () => Ctx): PatternCase[] => {
  const { name, model } = entity;
  const list: PatternCase = {
    pattern: `${name}.list`,
    does: "reads the items of its partition and no other's",
    index: "table",
    requests: model.pk.shards,
    prepare: async () => {
      const { at, count } = await fill(entity, model.pk, model.sk);
      return { items: count, meet: () => entity.list(context(), at) };
    },
  };
  const indexes = model.indexes.map((index): PatternCase => ({
    pattern: `${name}.${index.name}`,
    does: "reads what it returns",
    index: index.on,
    requests: index.pk.shards,
    prepare: async () => {
      const { at, count } = await fill(entity, index.pk, index.sk, Object.fromEntries(index.when));
      return { items: count, meet: () => entity.query[index.name]!(context(), at) };
    },
  }));
  const uniques = model.uniques.map((unique): PatternCase => ({
    pattern: `${name}.by.${unique.name}`,
    does: "reads the unique row and the item",
    index: "table",
    requests: 2,
    prepare: async () => {
      const named = plainFields(unique.template);
      const found = await create(entity, withList(entity, named, nth()), named);
      const at = Object.fromEntries(named.map((field) => [field, Array.isArray(found[field]) ? found[field][0] : found[field]]));
      return { items: 2, meet: () => entity.by[unique.name]!(context(), at), found };
    },
  }));
  return [...(model.sk.fields.length > 0 ? [list] : []), ...indexes, ...uniques];
};

const filler = (context: () => Ctx) => {
  let next = 0;
  const created = new Map<string, Record<string, unknown>[]>();
  const create = async (entity: Callable, fixed: Record<string, unknown>, named: readonly string[]): Promise<Record<string, unknown>> => {
    const item = await entity.create(context(), sampleOf(entity, next++, { named, fixed }));
    created.set(entity.name, [...(created.get(entity.name) ?? []), item]);
    return item;
  };
  /** Some items below one partition key and one below another. Returns the fields of the first key, and how many items lie below it. */
  const fill = async (
    entity: Callable,
    partition: Template,
    sort: Template,
    given: Record<string, unknown> = {},
  ): Promise<{ at: Record<string, unknown>; count: number }> => {
    const named = [...plainFields(partition), ...plainFields(sort), ...Object.keys(given)];
    const keyFields = (which: number) => ({ ...Object.fromEntries(plainFields(partition).map((field) => [field, keyField(entity, field, which)])), ...given });
    for (let row = 0; row < ROWS; row++)
      // A sort key of few values has fewer rows.
      await create(entity, keyFields(0), named).catch((error: unknown) => {
        if (!isDomainError(error, "already_exists") || row === 0) throw error;
      });
    await create(entity, keyFields(1), named);
    const at = keyFields(0);
    const key = partition.of(at);
    const below = created
      .get(entity.name)!
      .filter((item) => partition.of(item) === key && sort.of(item) !== undefined && Object.entries(given).every(([field, value]) => item[field] === value));
    return { at: Object.fromEntries(plainFields(partition).map((field) => [field, at[field]])), count: below.length };
  };
  return { create, fill, nth: () => next };
};

const keyField = (entity: Callable, field: string, which: number): unknown => {
  if (/(^|_)id$/.test(field)) return uuidOf(`${field} of the ${which === 0 ? "tenant" : "other tenant"}`);
  return sampleOf(entity, which, { named: [field] })[field];
};

/** A list that makes unique values has one element. */
const withList = (entity: Callable, named: readonly string[], n: number): Record<string, unknown> =>
  Object.fromEntries(named.flatMap((field) => (Array.isArray(sampleOf(entity, n, { named: [field] })[field]) ? [[field, [`element-${n}@example.com`]]] : [])));
