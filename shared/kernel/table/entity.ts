import type * as z from "zod";
import type { Ctx } from "../context.ts";
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
 * Defines an entity once: fields, keys, access patterns, unique values, rules. Throws an Error when the definition
 * contradicts itself or its table. Item types come from it by `Item<typeof X>`.
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

  const model = modelOf(table, name, definition as unknown as AnyDefinition);
  const schemas = schemasOf(model);
  const load = loader(model);
  const store: Store = { model, schemas, load };

  const self = {
    name,
    table: table as Table,
    definition: definition as unknown as AnyDefinition,
    model,
    load: load as unknown as (stored: Plain) => T,
    /** The whole item, strict. */
    get schema() {
      return schemas.item() as unknown as z.ZodType<T>;
    },
    /** The entity's faces in the HTTP API. */
    api: {
      get create() {
        return schemas.api.create() as unknown as z.ZodObject<Flat<Omit<S, Names<PK> | Names<SK> | Server | StateField | FilledFields<S>>>, z.core.$strict>;
      },
      get patch() {
        return schemas.api.patch() as unknown as z.ZodObject<
          { [K in keyof ApiPatch]-?: z.ZodOptional<z.ZodType<Exclude<ApiPatch[K], undefined>>> },
          z.core.$strict
        >;
      },
      get response() {
        return schemas.api.response() as unknown as z.ZodObject<Flat<Omit<S, Hidden> & SystemShape>, z.core.$strip>;
      },
    },

    /** Throws DomainError conflict `already_exists` or `<unique name>_taken`. */
    create: ((ctx, input) => create(ctx, store, input)) as Fn<[input: InputOf<S>], T>,
    /** Throws DomainError not_found. */
    get: ((ctx, key, options) => get(ctx, store, key, options)) as Fn<[key: Key, options?: ReadOptions], T>,
    find: ((ctx, key, options) => find(ctx, store, key, options)) as Fn<[key: Key, options?: ReadOptions], T | undefined>,
    /** Any number of keys, in the order asked; missing items are left out. */
    getMany: ((ctx, keys, options) => getMany(ctx, store, keys, options)) as Fn<[keys: readonly Key[], options?: ReadOptions], T[]>,
    /** Unconditional; for entities without unique values and states. Takes inputs or drafts. */
    putMany: ((ctx, items) => putMany(ctx, store, items)) as Fn<[items: readonly (InputOf<S> | T)[]], T[]>,
    /** Throws DomainError not_found, stale (412, when `version` differs), `<unique name>_taken` or contended. */
    patch: ((ctx, key, given, options) => patch(ctx, store, key, given, options)) as Fn<[key: Key, patch: Patch, options?: PatchOptions<T>], T>,
    /** Throws DomainError not_found or stale. */
    delete: ((ctx, key, options) => remove(ctx, store, key, options)) as Fn<[key: Key, options?: { readonly version?: number | undefined }], void>,
    /** Unconditional; for entities without unique values and states. What is not there stays so. */
    deleteMany: ((ctx, keys) => deleteMany(ctx, store, keys)) as Fn<[keys: readonly Key[]], void>,
    /** The items below one partition key, in the order of the sort key. */
    list: ((ctx, at, options) => page(ctx, { model, pattern: `${name}.list`, pk: model.pk, sk: model.sk, type: name, load }, at, options)) as Fn<
      [at: At<S, Names<PK>>, options?: ListOptions<At<S, Names<SK>>>],
      Page<T>
    >,
    /** One function per index. */
    query: Object.fromEntries(
      model.indexes.map((index) => [
        index.name,
        (ctx: Ctx, at: Plain, options?: PageOptions) =>
          page(ctx, { model, pattern: `${name}.${index.name}`, on: index.on, pk: index.pk, sk: index.sk, type: name, load }, at, options),
      ]),
    ) as unknown as { readonly [N in keyof I]: Fn<[at: At<S, Names<I[N]["pk"]>>, options?: PageOptions<At<S, Names<I[N]["sk"]>>>], Page<T>> },
    /** One function per unique value, consistent. */
    by: Object.fromEntries(model.uniques.map((unique) => [unique.name, (ctx: Ctx, at: Plain) => findBy(ctx, store, unique, at)])) as unknown as {
      readonly [N in keyof U]: Fn<[at: ElementsAt<S, Names<U[N]>>], T | undefined>;
    },
    /** The state changes of one item, oldest first; for entities with states. */
    history: ((ctx, key, options) => history(ctx, store, key, options)) as Fn<[key: Key, options?: PageOptions<{ version: number }>], Page<StateChange>>,
    /** Takes the reasons out of an item's history. */
    forgetReasons: ((ctx, key) => forgetReasons(ctx, store, key)) as Fn<[key: Key], void>,

    /** A validated new item with defaults, id, times and version 1, without writing it. */
    draft: (ctx: Ctx, input: InputOf<S>): T => draft(ctx, model, schemas, input) as T,
    /** The same writes for a transaction; each takes what was read before. */
    writes: {
      create: (ctx: Ctx, input: InputOf<S>): Write[] => creation(ctx, model, draft(ctx, model, schemas, input)),
      put: (ctx: Ctx, item: T): Write[] => creation(ctx, model, item),
      /** Under the version of `from`; give a client's `version` to have a lost race reported as stale. */
      patch: (ctx: Ctx, from: T, given: Patch, options: { readonly version?: number | undefined } = {}): Write[] =>
        change(ctx, model, schemas, from, patchFields(store, given), options).writes,
      /** Throws DomainError conflict `invalid_transition` with `allowed`. */
      transition: (ctx: Ctx, from: T, to: State, options: TransitionOptions<Patch> = {}): Write[] =>
        transition(ctx, store, from, to as string, patchFields(store, options.patch ?? {}), options),
      /** Adds to counters without reading the item; only ever inside `transact`, where a repeat counts once. Does not run `check`. */
      increment: (ctx: Ctx, key: Key, counters: { readonly [C in Counters<S>]?: number }, options: { readonly set?: Patch } = {}): Write[] => [
        increment(ctx, store, key, counters, options.set ?? {}),
      ],
      delete: (ctx: Ctx, from: T, options: { readonly version?: number | undefined } = {}): Write[] => removal(ctx, model, from, options),
      /** Writes nothing; the transaction fails unless the item exists and has the given values. */
      require: (ctx: Ctx, key: Key, options: { readonly is?: Partial<OutputOf<S>> } = {}): Write[] => [requirement(ctx, model, keyOf(model, key), options.is)],
    },
  };
  table.entities.set(name, self);
  return self;
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
