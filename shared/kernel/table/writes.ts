import type { Ctx } from "../context.ts";
import { conflict } from "../errors.ts";
import { type Expected, concurrentChange, deletion, insertion, replacement, requireVersion, update } from "./expressions.ts";
import { parse, requireRule, type Schemas } from "./faces.ts";
import { type UniqueRow, indexKeys, keyOf, uniqueRows } from "./keys.ts";
import type { Model, Plain } from "./model.ts";
import type { StoredKey, Write } from "./table.ts";

/** What a change writes, and the item that it leaves. */
export interface Change {
  readonly writes: Write[];
  readonly next: Plain;
}

/** A whole new item: defaults, ids, times and version 1; validated, not written. */
export const draft = (ctx: Ctx, model: Model, schemas: Schemas, input: Plain): Plain => {
  const now = ctx.clock.now().toISOString();
  const given = { ...input };
  for (const { field, kind } of model.filled) given[field] ??= kind === "id" ? ctx.ids.uuid() : now;
  const fields = present(parse(schemas.fields(), given));
  requireRule(model, fields);
  return { ...fields, version: 1, created_at: now, updated_at: now };
};

/** Stores a draft; refused when the key or a unique value is taken. */
export const creation = (ctx: Ctx, model: Model, item: Plain): Write[] => {
  const key = keyOf(model, item);
  return [{ ...insertion(ctx, model, key, item), next: item }, ...uniqueRows(model, item).map((row) => claimRow(ctx, model, row, key))];
};

/** Conditions beyond the version of the item that is changed. `version` is a client's. */
export interface ChangeOptions {
  readonly version?: number | undefined;
  readonly is?: readonly [string, unknown];
}

/** Applies a patch to the item `from`, under its version. Unique rows are swapped with the values they guard. */
export const change = (ctx: Ctx, model: Model, schemas: Schemas, from: Plain, patch: Plain, { version, ...more }: ChangeOptions = {}): Change => {
  requireVersion(from, version);
  const expected: Expected = { version: from.version, by_client: version !== undefined, ...more };
  const key = keyOf(model, from);
  const fields = present(parse(schemas.fields(), present({ ...pick(from, model.names), ...patch })));
  requireRule(model, fields);
  const next = { ...fields, version: from.version + 1, created_at: from.created_at, updated_at: ctx.clock.now().toISOString() };
  // An item whose shape has a history is written whole, so that old and new shapes never mix; a compact one, so that what its keys told is not lost with them.
  const main =
    model.shape > 0 || model.compaction
      ? replacement(ctx, model, key, next, expected)
      : update(ctx, model, key, attributesChanged(model, from, next, patch, key), expected);
  return { writes: [{ ...main, next }, ...swapRows(ctx, model, uniqueRows(model, from), uniqueRows(model, next), key)], next };
};

/** Deletes the item under its version and releases its unique rows. */
export const removal = (ctx: Ctx, model: Model, from: Plain, { version }: ChangeOptions = {}): Write[] => {
  requireVersion(from, version);
  const expected: Expected = { version: from.version, by_client: version !== undefined };
  return [deletion(ctx, model, keyOf(model, from), expected), ...uniqueRows(model, from).map((row) => releaseRow(ctx, model, row))];
};

const pick = (item: Plain, names: readonly string[]): Plain => Object.fromEntries(names.map((name) => [name, item[name]]));
const present = (fields: Plain): Plain => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined && value !== null));

/** The attributes that a patch touches: its fields, the index keys that follow from them, and the time to live. */
const attributesChanged = (model: Model, from: Plain, next: Plain, patch: Plain, key: StoredKey): Plain => {
  const set: Plain = Object.fromEntries(Object.keys(patch).map((name) => [name, next[name] ?? null]));
  const touched = model.indexes.filter((index) => Object.keys(patch).some((name) => index.fields.has(name)));
  const [was, will] = [indexKeys(from, touched, key), indexKeys(next, touched, key)];
  for (const attribute of new Set([...Object.keys(was), ...Object.keys(will)]))
    if (was[attribute] !== will[attribute]) set[attribute] = will[attribute] ?? null;
  const { ttl } = model.definition;
  if (ttl) set.ttl = ttl(next) ?? null;
  return set;
};

const claimRow = (ctx: Ctx, model: Model, row: UniqueRow, ref: StoredKey): Write => ({
  entity: model.name,
  item: { Put: { TableName: ctx.db.physical(model.table.id), Item: { ...row.key, ref }, ConditionExpression: "attribute_not_exists(pk)" } },
  fails: () => conflict(`${row.name}_taken`, `The ${row.name} of this ${model.noun} is taken by another.`),
});

const releaseRow = (ctx: Ctx, model: Model, row: UniqueRow): Write => ({
  entity: model.name,
  item: { Delete: { TableName: ctx.db.physical(model.table.id), Key: row.key } },
  fails: () => concurrentChange(model),
});

const swapRows = (ctx: Ctx, model: Model, was: readonly UniqueRow[], will: readonly UniqueRow[], key: StoredKey): Write[] => {
  const absent = (row: UniqueRow, rows: readonly UniqueRow[]): boolean => !rows.some((other) => other.key.pk === row.key.pk);
  return [
    ...will.filter((row) => absent(row, was)).map((row) => claimRow(ctx, model, row, key)),
    ...was.filter((row) => absent(row, will)).map((row) => releaseRow(ctx, model, row)),
  ];
};
