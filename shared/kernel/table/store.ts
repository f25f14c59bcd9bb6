import type { Ctx } from "../context.ts";
import { notFound } from "../errors.ts";
import { keysWithoutReading } from "./blind.ts";
import { deletion, metItself, update } from "./expressions.ts";
import { parse, type Schemas } from "./faces.ts";
import { keyOf, uniqueKey } from "./keys.ts";
import type { Load } from "./load.ts";
import type { Model, Plain } from "./model.ts";
import { TRIES, contended, pause } from "./contention.ts";
import { type StoredKey, type Write, contend, transact } from "./table.ts";
import { change, creation, draft, removal } from "./writes.ts";

/** The parts of one entity that its operations work with. */
export interface Store {
  readonly model: Model;
  readonly schemas: Schemas;
  readonly load: Load;
}
export interface ReadOptions {
  /** Strongly consistent: sees every write that was acknowledged before. */
  readonly consistent?: boolean;
}
export interface PatchOptions<T = Plain> {
  /** The client's version: the patch is refused as `stale` when the item has another. */
  readonly version?: number | undefined;
  /** The item as read before, which spares a read. */
  readonly from?: T | undefined;
}

export const find = async (ctx: Ctx, store: Store, key: Plain, { consistent = false }: ReadOptions = {}): Promise<Plain | undefined> =>
  read(ctx, store, keyOf(store.model, key), consistent, "get");

const read = async (ctx: Ctx, { model, load }: Store, key: StoredKey, consistent: boolean, pattern: string): Promise<Plain | undefined> => {
  const reply = await ctx.db.send("Get", `${model.name}.${pattern}`, { TableName: ctx.db.physical(model.table.id), Key: key, ConsistentRead: consistent });
  return reply.Item && load(reply.Item);
};

export const get = async (ctx: Ctx, store: Store, key: Plain, options: ReadOptions = {}): Promise<Plain> => {
  const item = await find(ctx, store, key, options);
  if (!item) throw notFound(store.model.noun);
  return item;
};

/** By a unique value: the unique row, then the item, both consistent. */
export const findBy = async (ctx: Ctx, { model, load }: Store, unique: string, at: Plain): Promise<Plain | undefined> => {
  const value = model.uniques.find(({ name }) => name === unique)!.template.of(at);
  if (value === undefined) return undefined;
  const pattern = `${model.name}.by.${unique}`;
  const get = (key: StoredKey) => ctx.db.send("Get", pattern, { TableName: ctx.db.physical(model.table.id), Key: key, ConsistentRead: true });
  const row = await get(uniqueKey(value));
  const reply = row.Item && (await get(row.Item.ref));
  return reply?.Item && load(reply.Item);
};

export const create = async (ctx: Ctx, { model, schemas }: Store, input: Plain): Promise<Plain> => {
  const item = draft(ctx, model, schemas, input);
  return commit(ctx, model, "create", { writes: creation(ctx, model, item), next: item });
};

/** Without a version of the client's, contention is repeated on what is stored then. */
export const patch = async (ctx: Ctx, store: Store, key: Plain, given: Plain, { version, from }: PatchOptions = {}): Promise<Plain> => {
  const { model, schemas } = store;
  const fields = patchFields(store, given);
  const storedKey = keyOf(model, key);
  // The result must be known before the transaction when it is stored with it.
  const keys = from || ctx.claim?.open ? undefined : keysWithoutReading(model, key, storedKey, fields);
  if (keys) return patchBlindly(ctx, store, storedKey, { ...fields, ...keys }, version);
  const once = async (attempt: number): Promise<Plain> => {
    const old = (attempt === 1 ? from : undefined) ?? (await read(ctx, store, storedKey, true, "patch"));
    if (!old) throw notFound(model.noun);
    return commit(ctx, model, "patch", change(ctx, model, schemas, old, fields, { version }));
  };
  return version === undefined ? contend(once) : once(1);
};

/** Validates a patch; what it leaves undefined is not part of it. */
export const patchFields = ({ model, schemas }: Store, given: Plain): Plain => {
  const fields = parse(schemas.patch(), given);
  for (const name of Object.keys(fields)) if (fields[name] === undefined) delete fields[name];
  const state = model.definition.states?.field;
  if (state !== undefined && state in fields) throw new Error(`${model.name}.${state} changes by a transition, never by a patch.`);
  return fields;
};

const patchBlindly = async (ctx: Ctx, { model, load }: Store, key: StoredKey, set: Plain, version: number | undefined): Promise<Plain> => {
  const reply = await single(ctx, model, "patch", update(ctx, model, key, set, { version, by_client: true }), { ReturnValues: "ALL_NEW" });
  return load(reply);
};

/** Deletes the item and its unique rows. Throws DomainError not_found when there is none. */
export const remove = async (ctx: Ctx, store: Store, key: Plain, { version }: { readonly version?: number | undefined } = {}): Promise<void> => {
  const { model } = store;
  const storedKey = keyOf(model, key);
  const once = async (): Promise<void> => {
    if (model.uniques.length === 0)
      return void (await commit(ctx, model, "delete", { writes: [deletion(ctx, model, storedKey, { version, by_client: true })], next: undefined }));
    const old = await read(ctx, store, storedKey, true, "delete");
    if (!old) throw notFound(model.noun);
    await commit(ctx, model, "delete", { writes: removal(ctx, model, old, { version }), next: undefined });
  };
  return version === undefined ? contend(once) : once();
};

/** One write goes alone and several as a transaction; with an open claim even one is a transaction, with the claim's record. */
const commit = async <T extends Plain | undefined>(ctx: Ctx, model: Model, pattern: string, { writes, next }: { writes: Write[]; next: T }): Promise<T> => {
  if (writes.length > 1 || ctx.claim?.open) await transact(ctx, model.table, writes, { pattern: `${model.name}.${pattern}`, result: next });
  else await single(ctx, model, pattern, writes[0]!);
  return next;
};

/** Returns the attributes that DynamoDB returned, or those that a repeat of a stored write met. */
const single = async (ctx: Ctx, model: Model, pattern: string, write: Write, more: Plain = {}): Promise<Plain> => {
  const op = write.item.Put ? "Put" : write.item.Update ? "Update" : "Delete";
  for (let attempt = 1; ; attempt++) {
    try {
      const reply = await ctx.db.send(op, `${model.name}.${pattern}`, { ...write.item[op], ...more });
      return reply.Attributes ?? {};
    } catch (error) {
      const { name, Item, $metadata } = error as { name: string; Item?: Plain; $metadata?: { attempts?: number } };
      if (name === "ConditionalCheckFailedException") {
        if (($metadata?.attempts ?? 1) > 1 && metItself(write, Item)) return Item ?? {};
        throw write.fails(Item);
      }
      if (name !== "TransactionConflictException") throw error;
      if (attempt >= TRIES) throw contended(error);
      await pause(attempt);
    }
  }
};
