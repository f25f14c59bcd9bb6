import { beforeAll, describe, expect, it } from "vitest";
import type { Ctx } from "../../shared/kernel/context.ts";
import { isDomainError } from "../../shared/kernel/errors.ts";
import type { AnyEntity } from "../../shared/kernel/table/entity.ts";
import type { Template } from "../../shared/kernel/table/template.ts";
import { type Budgets, budgets } from "../support/budgets.ts";
import { type TestCtx, makeTable, testCtx, testDatabase } from "../support/dynamo.ts";
import { loadTables } from "../support/matrix/operations.ts";
import { sampleOf, uuidOf } from "../support/matrix/sample.ts";

/** The parts of an entity that the tests call, without its types. */
interface Callable extends AnyEntity {
  create(ctx: Ctx, input: unknown): Promise<Record<string, unknown>>;
  list(ctx: Ctx, at: unknown): Promise<{ items: unknown[] }>;
  readonly query: Readonly<Record<string, (ctx: Ctx, at: unknown) => Promise<{ items: unknown[] }>>>;
  readonly by: Readonly<Record<string, (ctx: Ctx, at: unknown) => Promise<unknown>>>;
}

const ROWS = 3;
const plainFields = ({ fields }: Template): string[] => fields.filter((field) => !field.startsWith("%"));

describe.each((await loadTables()).map((table) => ({ name: table.id, table })))("access patterns of $name", ({ table }) => {
  let measure: Budgets;
  let ctx: TestCtx;
  let next = 0;
  beforeAll(async () => {
    measure = budgets(testDatabase({ tables: { [table.id]: await makeTable(table) } }));
    ctx = testCtx({ db: measure.db });
  });

  const created = new Map<string, Record<string, unknown>[]>();
  const create = async (entity: Callable, fixed: Record<string, unknown>, named: readonly string[]): Promise<Record<string, unknown>> => {
    const item = await entity.create(ctx, sampleOf(entity, next++, { named, fixed }));
    created.set(entity.name, [...(created.get(entity.name) ?? []), item]);
    return item;
  };

  /**
   * Some items below one partition key and one below another. All entities share the tenant and the ids that keys are
   * made of, so that a query which reads another entity's rows is found out. Returns the fields of the partition key,
   * and how many items lie below it.
   */
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
  const keyField = (entity: Callable, field: string, which: number): unknown => {
    if (/(^|_)id$/.test(field)) return uuidOf(`${field} of the ${which === 0 ? "tenant" : "other tenant"}`);
    return sampleOf(entity, which, { named: [field] })[field];
  };

  for (const entity of table.entities.values() as Iterable<Callable>) {
    const { model } = entity;
    if (model.sk.fields.length > 0)
      it(`${entity.name}.list reads the items of its partition and no other's`, async () => {
        const { at, count } = await fill(entity, model.pk, model.sk);
        await measure.within(`${entity.name}.list`, () => entity.list(ctx, at), { index: "table", items: count, requests: model.pk.shards });
      });

    it.each(model.indexes.map((index) => ({ name: index.name, index })))(`${entity.name}.$name reads what it returns`, async ({ name, index }) => {
      const { at, count } = await fill(entity, index.pk, index.sk, Object.fromEntries(index.when));
      await measure.within(`${entity.name}.${name}`, () => entity.query[name]!(ctx, at), { index: index.on, items: count, requests: index.pk.shards });
    });

    it.each(model.uniques.map((unique) => ({ name: unique.name, unique })))(`${entity.name}.by.$name reads the unique row and the item`, async ({ unique }) => {
      const named = plainFields(unique.template);
      const item = await create(entity, withList(entity, named, next), named);
      const at = Object.fromEntries(named.map((field) => [field, Array.isArray(item[field]) ? item[field][0] : item[field]]));
      const found = await measure.within(`${entity.name}.by.${unique.name}`, () => entity.by[unique.name]!(ctx, at), { index: "table", items: 2, requests: 2 });
      expect(found).toEqual(item);
    });
  }

  it("every declared pattern was met", () => {
    expect(measure.unmet(table)).toEqual([]);
  });
});

/** A list that makes unique values has one element. */
const withList = (entity: Callable, named: readonly string[], n: number): Record<string, unknown> =>
  Object.fromEntries(named.flatMap((field) => (Array.isArray(sampleOf(entity, n, { named: [field] })[field]) ? [[field, [`element-${n}@example.com`]]] : [])));
