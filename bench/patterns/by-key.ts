import type { Ctx } from "../../shared/kernel/context.ts";
import type { AnyEntity } from "../../shared/kernel/table/entity.ts";
import type { Table } from "../../shared/kernel/table/table.ts";
import { sampleOf } from "../../tests/support/matrix/sample.ts";

/** The parts of an entity that are called here, without its types. */
interface Callable extends AnyEntity {
  create(ctx: Ctx, input: unknown): Promise<Record<string, unknown>>;
  get(ctx: Ctx, key: unknown): Promise<unknown>;
  getMany(ctx: Ctx, keys: readonly unknown[]): Promise<readonly unknown[]>;
  putMany(ctx: Ctx, items: readonly unknown[]): Promise<readonly unknown[]>;
  patch(ctx: Ctx, key: unknown, patch: unknown): Promise<unknown>;
  delete(ctx: Ctx, key: unknown): Promise<void>;
  deleteMany(ctx: Ctx, keys: readonly unknown[]): Promise<void>;
}

/** What every entity has beside its declared patterns: a request for an item whose key is known. */
export interface KeyedCase {
  readonly pattern: string;
  /** Items that it answers with. */
  readonly returned: number;
  readonly meet: () => Promise<unknown>;
}

/** Samples from here on, so that none meets those of the declared patterns. */
const FIRST = 900;
/** What no sample of a text has the form of. */
const FIXED: Readonly<Record<string, object>> = {
  ApiKey: { last_four: "0900" },
  StreamCheckpoint: { sequence: "900" },
  MailSuppression: { address_hash: "0".repeat(64) },
};

/** An input for an item of the entity. */
export const inputOf = (entity: AnyEntity, n: number): unknown => sampleOf(entity, FIRST + n, { fixed: { ...FIXED[entity.name] } });

/** By entity, in an order in which each finds the item: what the requests before it have left there. */
export async function* keyedCases(table: Table, ctx: Ctx): AsyncGenerator<KeyedCase> {
  let next = 0;
  for (const entity of [...table.entities.values()] as Callable[]) {
    const { name, model } = entity;
    const item = await entity.create(ctx, inputOf(entity, (next += 1)));
    yield { pattern: `${name}.get`, returned: 1, meet: () => entity.get(ctx, item) };
    yield { pattern: `${name}.getMany`, returned: 1, meet: () => entity.getMany(ctx, [item]) };
    yield { pattern: `${name}.patch`, returned: 0, meet: () => entity.patch(ctx, item, {}) };
    yield { pattern: `${name}.delete`, returned: 0, meet: () => entity.delete(ctx, item) };
    if (model.uniques.length > 0 || model.definition.states) continue;
    yield { pattern: `${name}.putMany`, returned: 0, meet: () => entity.putMany(ctx, [item]) };
    yield { pattern: `${name}.deleteMany`, returned: 0, meet: () => entity.deleteMany(ctx, [item]) };
  }
}
