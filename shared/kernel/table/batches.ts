import type { Ctx } from "../context.ts";
import { keyOf, stored } from "./keys.ts";
import type { Plain } from "./model.ts";
import { TRIES, contended, pause } from "./contention.ts";
import type { ReadOptions, Store } from "./store.ts";
import type { StoredKey } from "./table.ts";
import { draft } from "./writes.ts";

/** DynamoDB's own limits of one call. */
const MOST_KEYS = 100;
const MOST_PUTS = 25;

const identify = (key: StoredKey): string => `${key.pk}\n${key.sk}`;

/** Items by key, in the order asked, missing ones left out; unprocessed keys are asked for again. */
export const getMany = async (ctx: Ctx, { model, load }: Store, keys: readonly Plain[], { consistent = false }: ReadOptions = {}): Promise<Plain[]> => {
  const wanted = keys.map((key) => keyOf(model, key));
  const distinct = [...new Map(wanted.map((key) => [identify(key), { pk: key.pk, sk: key.sk }])).values()];
  const found = new Map<string, Plain>();
  const table = ctx.db.physical(model.table.id);
  await Promise.all(
    slices(distinct, MOST_KEYS).map((slice) =>
      untilProcessed(slice, async (Keys) => {
        const reply = await ctx.db.send("BatchGet", `${model.name}.getMany`, { RequestItems: { [table]: { Keys, ConsistentRead: consistent } } });
        for (const item of reply.Responses?.[table] ?? []) found.set(identify(item), load(item));
        return reply.UnprocessedKeys?.[table]?.Keys ?? [];
      }),
    ),
  );
  return wanted.flatMap((key) => found.get(identify(key)) ?? []);
};

/** Puts items whatever is stored; unprocessed ones are sent again. Of several with one key the last stays. */
export const putMany = async (ctx: Ctx, { model, schemas }: Store, inputs: readonly Plain[]): Promise<Plain[]> => {
  if (model.uniques.length > 0 || model.definition.states)
    throw new Error(`${model.name}.putMany: an entity with unique values or states is created one by one, under its conditions.`);
  const items = inputs.map((input) => ("version" in input ? input : draft(ctx, model, schemas, input)));
  const puts = items.map((item) => stored(model, item, keyOf(model, item)));
  const distinct = [...new Map(puts.map((put) => [identify(put as never), { PutRequest: { Item: put } }])).values()];
  const table = ctx.db.physical(model.table.id);
  for (const slice of slices(distinct, MOST_PUTS))
    await untilProcessed(slice, async (requests) => {
      const reply = await ctx.db.send("BatchWrite", `${model.name}.putMany`, { RequestItems: { [table]: requests } });
      return reply.UnprocessedItems?.[table] ?? [];
    });
  return items;
};

const slices = <T>(all: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(all.length / size) }, (_, at) => all.slice(at * size, (at + 1) * size));

/** Throws DomainError unavailable `contended` when some are left after the last try. */
const untilProcessed = async <T>(all: readonly T[], work: (rest: readonly T[]) => Promise<readonly T[]>): Promise<void> => {
  let rest = all;
  for (let attempt = 1; rest.length > 0; attempt++) {
    if (attempt > TRIES) throw contended();
    if (attempt > 1) await pause(attempt);
    rest = await work(rest);
  }
};
