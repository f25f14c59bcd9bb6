import type { Ctx } from "../context.ts";
import { keyOf, stored } from "./keys.ts";
import type { Model, Plain } from "./model.ts";
import { TRIES, contended, pause } from "./contention.ts";
import type { ReadOptions, Store } from "./store.ts";
import type { StoredKey, Table } from "./table.ts";
import { draft } from "./writes.ts";

/** DynamoDB's own limits of one call. */
const MOST_KEYS = 100;
export const MOST_WRITES = 25;

const identify = (key: StoredKey): string => `${key.pk}\n${key.sk}`;

/** Items by key, in the order asked, missing ones left out; unprocessed keys are asked for again. */
export const getMany = async (ctx: Ctx, { model, load }: Store, keys: readonly Plain[], { consistent = false }: ReadOptions = {}): Promise<Plain[]> => {
  const wanted = keys.map((key) => keyOf(model, key));
  const distinct = [...new Map(wanted.map((key) => [identify(key), { pk: key.pk, sk: key.sk }])).values()];
  const found = new Map<string, Plain>();
  await Promise.all(
    slices(distinct, MOST_KEYS).map(async (slice) => {
      for (const item of await readBatch(ctx, model.table, slice, { pattern: `${model.name}.getMany`, consistent })) found.set(identify(item), load(item));
    }),
  );
  return wanted.flatMap((key) => found.get(identify(key)) ?? []);
};

/**
 * Items of one table as they are stored, of whatever entities, by up to 100 different keys, in no order; unprocessed keys
 * are asked for again. Throws DomainError unavailable `contended` when some are left in the end.
 */
export const readBatch = async (
  ctx: Ctx,
  { id }: Pick<Table, "id">,
  keys: readonly StoredKey[],
  { pattern, consistent }: { readonly pattern: string; readonly consistent: boolean },
): Promise<(Plain & StoredKey)[]> => {
  const table = ctx.db.physical(id);
  const found: (Plain & StoredKey)[] = [];
  await untilProcessed(keys, async (Keys) => {
    const reply = await ctx.db.send("BatchGet", pattern, { RequestItems: { [table]: { Keys, ConsistentRead: consistent } } });
    found.push(...(reply.Responses?.[table] ?? []));
    return reply.UnprocessedKeys?.[table]?.Keys ?? [];
  });
  return found;
};

/** Puts items whatever is stored; unprocessed ones are sent again. Of several with one key the last stays. */
export const putMany = async (ctx: Ctx, { model, schemas }: Store, inputs: readonly Plain[]): Promise<Plain[]> => {
  requireUnconditional(model, "putMany");
  const items = inputs.map((input) => ("version" in input ? input : draft(ctx, model, schemas, input)));
  const puts = items.map((item) => stored(model, item, keyOf(model, item)));
  await writeAll(ctx, model, "putMany", new Map(puts.map((put) => [identify(put as never), { PutRequest: { Item: put } }])));
  return items;
};

/** Removes items whatever is stored; to remove what is not there changes nothing. Unprocessed ones are sent again. */
export const deleteMany = async (ctx: Ctx, { model }: Store, keys: readonly Plain[]): Promise<void> => {
  requireUnconditional(model, "deleteMany");
  const unwanted = keys.map((key) => keyOf(model, key));
  await writeAll(ctx, model, "deleteMany", new Map(unwanted.map(({ pk, sk }) => [identify({ pk, sk }), { DeleteRequest: { Key: { pk, sk } } }])));
};

/** DynamoDB takes no conditions in a batch. */
const requireUnconditional = ({ name, uniques, definition }: Model, call: string): void => {
  if (uniques.length > 0 || definition.states)
    throw new Error(`${name}.${call}: an entity with unique values or states is written one by one, under its conditions.`);
};

type Request = { readonly PutRequest: { readonly Item: Plain } } | { readonly DeleteRequest: { readonly Key: StoredKey } };

/** Sends the requests, each about a key of its own. */
const writeAll = async (ctx: Ctx, { name, table: { id } }: Model, call: string, requests: ReadonlyMap<string, Request>): Promise<void> => {
  const table = ctx.db.physical(id);
  for (const slice of slices([...requests.values()], MOST_WRITES))
    await untilProcessed(slice, async (rest) => {
      const reply = await ctx.db.send("BatchWrite", `${name}.${call}`, { RequestItems: { [table]: rest } });
      return reply.UnprocessedItems?.[table] ?? [];
    });
};

export const slices = <T>(all: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(all.length / size) }, (_, at) => all.slice(at * size, (at + 1) * size));

/**
 * Repeats a batch for what DynamoDB left of it. Every repeat is about fewer: of a batch of which it can do nothing DynamoDB says so by an error, whose repeats come out
 * of the client's budget. Throws DomainError unavailable `contended` when some are left after the last try.
 */
const untilProcessed = async <T>(all: readonly T[], work: (rest: readonly T[]) => Promise<readonly T[]>): Promise<void> => {
  let rest = all;
  for (let attempt = 1; rest.length > 0; attempt++) {
    if (attempt > TRIES) throw contended();
    if (attempt > 1) await pause(attempt);
    rest = await work(rest);
  }
};
