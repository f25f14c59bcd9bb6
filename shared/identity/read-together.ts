import type { Ctx } from "../kernel/context.ts";
import { readBatch } from "../kernel/table/batches.ts";
import type { AnyEntity, Item } from "../kernel/table/entity.ts";
import { keyOf } from "../kernel/table/keys.ts";
import { identity } from "./table.ts";

type Wanted<E extends AnyEntity> = readonly [entity: E, key: Readonly<Record<string, string>>];

/** One or two items of different entities by one strongly consistent request; a missing one is undefined. Throws DomainError unavailable `contended`. */
export const readTogether = async <A extends AnyEntity, B extends AnyEntity>(
  ctx: Ctx,
  pattern: string,
  first: Wanted<A>,
  second: Wanted<B> | undefined,
): Promise<[Item<A> | undefined, Item<B> | undefined]> => {
  const keys = [first, ...(second ? [second] : [])].map(([{ model }, key]) => keyOf(model, key));
  const found = await readBatch(ctx, identity, keys, { pattern, consistent: true });
  const load = ([{ load: loadItem }]: Wanted<AnyEntity>, at: number): unknown => {
    const stored = found.find(({ pk, sk }) => pk === keys[at]!.pk && sk === keys[at]!.sk);
    return stored && loadItem(stored);
  };
  return [load(first, 0) as Item<A> | undefined, second && (load(second, 1) as Item<B> | undefined)];
};
