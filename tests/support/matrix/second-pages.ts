import type { Ctx } from "../../../shared/kernel/context.ts";
import { isDomainError } from "../../../shared/kernel/errors.ts";
import type { AnyEntity } from "../../../shared/kernel/table/entity.ts";
import { type Write, transact } from "../../../shared/kernel/table/table.ts";
import { type Template, template } from "../../../shared/kernel/table/template.ts";
import { type Wrap, intercept } from "../faults/wire.ts";
import { sampleOf } from "./sample.ts";

const ROWS = 2;
/** Samples by number: these lie far from those that a world begins with. */
let next = 40;

type Values = Readonly<Record<string, unknown>>;
type Item = Record<string, any>;

/** The parts of an entity that are called here, without its types. */
interface Callable extends AnyEntity {
  create(ctx: Ctx, input: unknown): Promise<Item>;
  get(ctx: Ctx, key: unknown): Promise<Item>;
  readonly writes: { transition(ctx: Ctx, from: Item, to: string): Write[] };
}

/** A partition that was read: `{ table: "soundcloud-…", on: "gsi1", key: "019e…#MT#T2", low: "2026-" }`; `low` is where its sort keys began. */
export interface Read {
  readonly table: string;
  readonly on: string;
  readonly key: string;
  readonly low: string;
}

/** Remembers which partitions are read. */
export const partitionsRead = () => {
  let reads: Read[] = [];
  const wrap: Wrap = (handler) =>
    intercept(handler, ({ operation, body: { TableName, IndexName = "", ExpressionAttributeValues: values }, forward }) => {
      if (operation === "Query") reads.push({ table: TableName, on: IndexName, key: values[":pk"].S, low: values[":low"]?.S ?? "" });
      return forward();
    });
  return {
    wrap,
    /** Those that were read since this was last asked. */
    take: (): readonly Read[] => {
      const taken = reads;
      reads = [];
      return taken;
    },
  };
};

/** What a key of the template says of an item's fields; undefined where another template made it. */
const fieldsOf = ({ source, read }: Template, key: string): Values | undefined => {
  const told = read(key);
  return told && Object.fromEntries(Object.entries(told).map(([name, text]) => [name, source.includes(`{${name}:`) ? Number(text) : text]));
};

const meet = (one: string, other: string): boolean => one.startsWith(other) || other.startsWith(one);

/** The fields that put an item of this entity where it was read, once for each index or key that was read so. */
const placesOf = ({ model }: AnyEntity, { on, key, low }: Read): { readonly fixed: Values; readonly named: readonly string[] }[] =>
  [{ on: "", pk: model.pk, sk: model.sk, when: [] }, ...model.indexes]
    .filter((path) => path.on === on && meet(path.sk.literal, low))
    .flatMap(({ pk, sk, when }) => {
      const fields = fieldsOf(pk, key);
      return fields ? [{ fixed: { ...fields, ...Object.fromEntries(when) }, named: sk.fields }] : [];
    });

/** Takes the item whose history was read through some of its states, towards those that most can follow. */
const changeStates = async (entity: Callable, { key }: Read, ctx: Ctx): Promise<void> => {
  const { model } = entity;
  const at = fieldsOf(template(`${model.pk.source}#${model.sk.source}#H`), key);
  if (!model.definition.states || !at) return;
  const { field } = model.definition.states;
  const transitions = model.definition.states.transitions as Readonly<Record<string, readonly string[]>>;
  const ways = (state: string): number => transitions[state]?.length ?? 0;
  for (let step = 0; step < ROWS; step++) {
    const item = await entity.get(ctx, at);
    const to = transitions[item[field]]?.toSorted((a, b) => ways(b) - ways(a))[0];
    if (to !== undefined) await transact(ctx, entity.table, entity.writes.transition(ctx, item, to), { pattern: "test.transition" });
  }
};

/** Stores some more items where `read` has looked, whatever entity lies there, or history where that was read. */
export const storeMore = async (entities: Iterable<AnyEntity>, read: Read, ctx: Ctx): Promise<void> => {
  for (const entity of [...entities] as Callable[]) {
    if (!read.table.startsWith(`${entity.model.table.id}-`)) continue;
    if (read.on === "") await changeStates(entity, read, ctx);
    for (const { fixed, named } of placesOf(entity, read))
      for (let row = 0; row < ROWS; row++)
        // Of some there is one of a kind.
        await entity.create(ctx, sampleOf(entity, next++, { fixed, named })).catch((error: unknown) => {
          if (!isDomainError(error, "already_exists")) throw error;
        });
  }
};
