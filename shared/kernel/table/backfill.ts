import { atRate } from "../at-rate.ts";
import type { Ctx } from "../context.ts";
import type { AnyEntity } from "./entity.ts";
import { replacement } from "./expressions.ts";
import { keyOf } from "./keys.ts";
import type { Plain } from "./model.ts";
import { type Path, page } from "./query.ts";

const PAGE = 100;

export interface BackfillPlan {
  /** The index whose entries are gone through; the table's own partition when it is left out. */
  readonly index?: string;
  /** The fields of the partition key. */
  readonly at: Readonly<Record<string, unknown>>;
  /** Where a run before stopped. */
  readonly position?: unknown;
  /** Rewrites a second at most. */
  readonly per_second: number;
  /** Whether there is time for another batch. */
  readonly hasTime: () => boolean;
  readonly sleep: (ms: number) => Promise<void>;
}

/** What a run has done. */
export interface Backfilled {
  readonly read: number;
  /** Stored in today's shape. */
  readonly rewritten: number;
  /** Changed or deleted by others meanwhile, who store today's shape themselves. */
  readonly overtaken: number;
  /** Left as they are, each with a line in the log: what the upgrades make of them breaks the entity's fields. */
  readonly failed: number;
  /** Where the next run goes on; missing at the end. */
  readonly position?: unknown;
}

type Outcome = "rewritten" | "overtaken" | "failed";

const pathOf = ({ name, model }: AnyEntity, wanted: string | undefined): Path => {
  // Rows stay as they are stored, since loading would hide their shape.
  const raw = { model, type: name, load: (row: Plain) => row };
  if (wanted === undefined) return { ...raw, pattern: `${name}.list`, pk: model.pk, sk: model.sk };
  const index = model.indexes.find((one) => one.name === wanted);
  if (!index) throw new Error(`${name} has no index ${wanted}.`);
  return { ...raw, pattern: `${name}.${wanted}`, on: index.on, pk: index.pk, sk: index.sk };
};

/** As a query tells the beginning of each shard. */
const beginning = ({ pk }: Path): unknown => Array.from({ length: pk.shards }, () => 0);

/** Nobody sees a difference, so version and times stay; the condition on the version keeps what others write meanwhile. */
const rewrite = async (ctx: Ctx, { name, model, schema, load }: AnyEntity, row: Plain): Promise<Outcome> => {
  const parsed = schema.safeParse(load(row));
  if (!parsed.success) {
    ctx.log.error("an item cannot be brought to today's shape", { entity: name, sk: row["sk"], error: parsed.error });
    return "failed";
  }
  const item = parsed.data as Plain;
  const write = replacement(ctx, model, keyOf(model, item), item, { version: row["version"] });
  try {
    await ctx.db.send("Put", `${name}.backfill`, write.item.Put);
    return "rewritten";
  } catch (error) {
    if ((error as Error).name !== "ConditionalCheckFailedException") throw error;
    return "overtaken";
  }
};

/**
 * Goes through the items of an access pattern and stores those of an older shape in today's, whole, so that `upgrades` can
 * be dropped one day. Each rewrite is conditional on the version that was read; version and times stay as they are. Reads a
 * page at a time, rewrites within the budget, and ends early when time does: then `position` is where the next run goes on.
 * Repeated, it finds nothing to do. The upgrades must leave keys and unique values as they are.
 */
export const backfill = async (ctx: Ctx, entity: AnyEntity, { index, at, position, per_second, hasTime, sleep }: BackfillPlan): Promise<Backfilled> => {
  const path = pathOf(entity, index);
  const count = { read: 0, rewritten: 0, overtaken: 0, failed: 0 };
  let next = position;
  do {
    const found = await page(ctx, path, at, { limit: PAGE, ...(next === undefined ? {} : { position: next }) });
    const old = found.items.filter((row) => (row["_v"] ?? 0) < entity.model.shape);
    const done = await atRate({ clock: ctx.clock, sleep }, old, { per_second, most: PAGE, hasTime }, async (batch) => {
      const outcomes = await Promise.all(batch.map((row) => rewrite(ctx, entity, row)));
      for (const outcome of outcomes) count[outcome] += 1;
      return batch.length;
    });
    // A page that is done in part is read again: what is rewritten is not old any more.
    if (done < old.length) return { ...count, position: next ?? beginning(path) };
    count.read += found.items.length;
    next = found.position;
  } while (next !== undefined && hasTime());
  return { ...count, ...(next === undefined ? {} : { position: next }) };
};
