import type * as z from "zod";
import type { Ctx } from "../context.ts";
import { once } from "../once.ts";
import { deleteMany, getMany, putMany } from "./batches.ts";
import { keysWithoutReading } from "./blind.ts";
import { requirement, update } from "./expressions.ts";
import { schemasOf } from "./faces.ts";
import { keyOf } from "./keys.ts";
import { loader } from "./load.ts";
import { type AnyDefinition, type Model, type Plain, modelOf } from "./model.ts";
import { page } from "./query.ts";
import { type StateChange, type TransitionOptions, forgetReasons, history, transition } from "./states.ts";
import { type PatchOptions, type ReadOptions, type Store, create, find, findBy, get, patch, patchFields, remove } from "./store.ts";
import type { Table, Write } from "./table.ts";
import type { Names } from "./template.ts";
import type {
  At,
  Counters,
  ElementsAt,
  EntityDefinition,
  FilledFields,
  Flat,
  Indexes,
  InputOf,
  ItemOf,
  ListOptions,
  NameOf,
  OutputOf,
  Page,
  PageOptions,
  PatchOf,
  Shape,
  SystemShape,
  Uniques,
} from "./types.ts";
import { change, creation, draft, removal } from "./writes.ts";

/** The item type of an entity: `type Submission = Item<typeof Submission>`. */
export type Item<E extends { readonly load: (stored: any) => unknown }> = ReturnType<E["load"]>;

/** What CDK, pages and tests read of any entity. */
export interface AnyEntity {
  readonly name: string;
  readonly table: Table;
  readonly definition: AnyDefinition;
  readonly model: Model;
  readonly schema: z.ZodType;
  load(stored: any): any;
}

type Fn<A extends readonly unknown[], R> = (ctx: Ctx, ...rest: A) => Promise<R>;

/**
 * Defines an entity once: fields, keys, access patterns, unique values, rules. Throws an Error when its table has one of
 * the name, and at the first use when the definition contradicts itself or its table. Item types come from it by
 * `Item<typeof X>`.
 */
export const entity = <
  const G extends string,
  const Global extends string,
  const Name extends string,
  const S extends Shape,
  const PK extends string,
  const SK extends string,
  const I extends Indexes = {},
  const U extends Uniques = {},
  const Server extends NameOf<S> = never,
  const Immutable extends NameOf<S> = never,
  const Hidden extends NameOf<S> = never,
  const StateField extends NameOf<S> = never,
>(
  table: Table<G, Global>,
  name: Name,
  definition: EntityDefinition<Name, Global, G, S, PK, SK, I, U, Server, Immutable, Hidden, StateField>,
) => {
  type T = ItemOf<S>;
  type Key = At<S, Names<PK> | Names<SK>>;
  type Patch = PatchOf<S, Names<PK> | Exclude<Names<SK>, "created_at"> | StateField>;
  type ApiPatch = PatchOf<S, Names<PK> | Names<SK> | Server | Immutable | StateField>;
  type State = z.output<S[StateField]>;

  const { indexes = {}, unique = {} } = definition as unknown as AnyDefinition;
  // Read at the first use: a function loads more entities than an invocation of it meets, and their fields take a tenth of its start.
  const store = once((): Store => {
    const model = modelOf(table, name, definition as unknown as AnyDefinition);
    return { model, schemas: schemasOf(model), load: loader(model) };
  });
  const drafted = (ctx: Ctx, input: Plain): Plain => {
    const { model, schemas } = store();
    return draft(ctx, model, schemas, input);
  };
  const listed = (ctx: Ctx, at: Plain, options?: PageOptions): Promise<Page<Plain>> => {
    const { model, load } = store();
    return page(ctx, { model, pattern: `${name}.list`, pk: model.pk, sk: model.sk, type: name, load }, at, options);
  };
  const queryOn =
    (index: string) =>
    (ctx: Ctx, at: Plain, options?: PageOptions): Promise<Page<Plain>> => {
      const { model, load } = store();
      const { on, pk, sk } = model.indexes.find((one) => one.name === index)!;
      return page(ctx, { model, pattern: `${name}.${index}`, on, pk, sk, type: name, load }, at, options);
    };

  const self = {
    name,
    table: table as Table,
    definition: definition as unknown as AnyDefinition,
    /** The definition as the layer reads it, at its first use; throws an Error that names what is wrong with it. */
    get model() {
      return store().model;
    },
    load: (stored: Plain) => store().load(stored) as T,
    /** The whole item, strict. */
    get schema() {
      return store().schemas.item() as unknown as z.ZodType<T>;
    },
    /** The entity's faces in the HTTP API. */
    api: {
      get create() {
        return store().schemas.api.create() as unknown as z.ZodObject<
          Flat<Omit<S, Names<PK> | Names<SK> | Server | StateField | FilledFields<S>>>,
          z.core.$strict
        >;
      },
      get patch() {
        return store().schemas.api.patch() as unknown as z.ZodObject<
          { [K in keyof ApiPatch]-?: z.ZodOptional<z.ZodType<Exclude<ApiPatch[K], undefined>>> },
          z.core.$strict
        >;
      },
      get response() {
        return store().schemas.api.response() as unknown as z.ZodObject<Flat<Omit<S, Hidden> & SystemShape>, z.core.$strip>;
      },
    },

    /** Throws DomainError conflict `already_exists` or `<unique name>_taken`. */
    create: ((ctx, input) => create(ctx, store(), input)) as Fn<[input: InputOf<S>], T>,
    /** Throws DomainError not_found. */
    get: ((ctx, key, options) => get(ctx, store(), key, options)) as Fn<[key: Key, options?: ReadOptions], T>,
    find: ((ctx, key, options) => find(ctx, store(), key, options)) as Fn<[key: Key, options?: ReadOptions], T | undefined>,
    /** Any number of keys, in the order asked; missing items are left out. */
    getMany: ((ctx, keys, options) => getMany(ctx, store(), keys, options)) as Fn<[keys: readonly Key[], options?: ReadOptions], T[]>,
    /** Unconditional; for entities without unique values and states. Takes inputs or drafts. */
    putMany: ((ctx, items) => putMany(ctx, store(), items)) as Fn<[items: readonly (InputOf<S> | T)[]], T[]>,
    /** Throws DomainError not_found, stale (412, when `version` differs), `<unique name>_taken` or contended. */
    patch: ((ctx, key, given, options) => patch(ctx, store(), key, given, options)) as Fn<[key: Key, patch: Patch, options?: PatchOptions<T>], T>,
    /** Throws DomainError not_found or stale. */
    delete: ((ctx, key, options) => remove(ctx, store(), key, options)) as Fn<[key: Key, options?: { readonly version?: number | undefined }], void>,
    /** Unconditional; for entities without unique values and states. What is not there stays so. */
    deleteMany: ((ctx, keys) => deleteMany(ctx, store(), keys)) as Fn<[keys: readonly Key[]], void>,
    /** The items below one partition key, in the order of the sort key. */
    list: listed as unknown as Fn<[at: At<S, Names<PK>>, options?: ListOptions<At<S, Names<SK>>>], Page<T>>,
    /** One function per index. */
    query: Object.fromEntries(Object.keys(indexes).map((index) => [index, queryOn(index)])) as unknown as {
      readonly [N in keyof I]: Fn<[at: At<S, Names<I[N]["pk"]>>, options?: PageOptions<At<S, Names<I[N]["sk"]>>>], Page<T>>;
    },
    /** One function per unique value, consistent. */
    by: Object.fromEntries(Object.keys(unique).map((one) => [one, (ctx: Ctx, at: Plain) => findBy(ctx, store(), one, at)])) as unknown as {
      readonly [N in keyof U]: Fn<[at: ElementsAt<S, Names<U[N]>>], T | undefined>;
    },
    /** The state changes of one item, oldest first; for entities with states. */
    history: ((ctx, key, options) => history(ctx, store(), key, options)) as Fn<[key: Key, options?: PageOptions<{ version: number }>], Page<StateChange>>,
    /** Takes the reasons out of an item's history. */
    forgetReasons: ((ctx, key) => forgetReasons(ctx, store(), key)) as Fn<[key: Key], void>,

    /** A validated new item with defaults, id, times and version 1, without writing it. */
    draft: (ctx: Ctx, input: InputOf<S>): T => drafted(ctx, input) as T,
    /** The item as the one of these writes that makes or changes it leaves it: what a request answers, known before it is stored. */
    after: (writes: readonly Write[]): T => after(store().model, writes) as T,
    /** The same writes for a transaction; each takes what was read before. */
    writes: {
      create: (ctx: Ctx, input: InputOf<S>): Write[] => creation(ctx, store().model, drafted(ctx, input)),
      put: (ctx: Ctx, item: T): Write[] => creation(ctx, store().model, item),
      /** Under the version of `from`; give a client's `version` to have a lost race reported as stale. */
      patch: (ctx: Ctx, from: T, given: Patch, options: { readonly version?: number | undefined } = {}): Write[] =>
        change(ctx, store().model, store().schemas, from, patchFields(store(), given), options).writes,
      /** Throws DomainError conflict `invalid_transition` with `allowed`. */
      transition: (ctx: Ctx, from: T, to: State, options: TransitionOptions<Patch> = {}): Write[] =>
        transition(ctx, store(), from, to as string, patchFields(store(), options.patch ?? {}), options),
      /** Adds to counters without reading the item; only ever inside `transact`, where a repeat counts once. Does not run `check`. */
      increment: (ctx: Ctx, key: Key, counters: { readonly [C in Counters<S>]?: number }, options: { readonly set?: Patch } = {}): Write[] => [
        increment(ctx, store(), key, counters, options.set ?? {}),
      ],
      delete: (ctx: Ctx, from: T, options: { readonly version?: number | undefined } = {}): Write[] => removal(ctx, store().model, from, options),
      /** Writes nothing; the transaction fails unless the item exists and has the given values. */
      require: (ctx: Ctx, key: Key, options: { readonly is?: Partial<OutputOf<S>> } = {}): Write[] => [
        requirement(ctx, store().model, keyOf(store().model, key), options.is),
      ],
    },
  };
  if (table.entities.has(name)) throw new Error(`Entity ${name}: the table ${table.id} has an entity of this name already.`);
  table.entities.set(name, self);
  return self;
};

const after = ({ name }: Model, writes: readonly Write[]): Plain => {
  const found = writes.filter(({ entity, next }) => entity === name && next !== undefined);
  if (found.length !== 1) throw new Error(`${name}.after: ${found.length} of the writes make or change an item of it, not one.`);
  return found[0]!.next!;
};

const increment = (ctx: Ctx, store: Store, key: Plain, counters: Plain, set: Plain): Write => {
  const { model } = store;
  const fields = patchFields(store, set);
  const add = Object.fromEntries(Object.entries(counters).filter(([, amount]) => amount !== undefined));
  const storedKey = keyOf(model, key);
  const keyed = Object.keys(add).filter((counter) => model.unique_fields.has(counter) || model.indexes.some((index) => index.fields.has(counter)));
  const { ttl, ...definition } = { ...model.definition, check: undefined };
  const lasting = Object.keys(fields).length === 0 ? { ...model, definition } : { ...model, definition: { ...definition, ttl } };
  const keys = keyed.length > 0 ? undefined : keysWithoutReading(lasting, key, storedKey, fields);
  if (!keys)
    throw new Error(
      `${model.name}.increment: ${[...keyed, ...Object.keys(fields)].join(", ")} may decide on keys, time to live or shape; read the item and patch it.`,
    );
  return update(ctx, model, storedKey, { ...fields, ...keys }, {}, add);
};
