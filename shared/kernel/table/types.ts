import type * as z from "zod";
import type { Violation } from "../errors.ts";
import type { Filled } from "../fields.ts";
import type { KnownFields } from "./template.ts";

export type Flat<T> = { [K in keyof T]: T[K] } & {};
export type Shape = Readonly<Record<string, z.ZodType>>;
export type NameOf<T> = keyof T & string;
export type OutputOf<S extends Shape> = z.output<z.ZodObject<S>>;
export type InputOf<S extends Shape> = z.input<z.ZodObject<S>>;

/** What the layer adds to every item. */
export interface System {
  version: number;
  created_at: string;
  updated_at: string;
}
export type SystemShape = { version: z.ZodInt; created_at: z.ZodISODateTime; updated_at: z.ZodISODateTime };
export type ItemOf<S extends Shape> = Flat<OutputOf<S> & System>;

/** Any field but those that make the key; null clears an optional one. */
export type PatchOf<S extends Shape, Identity> = {
  [K in Exclude<NameOf<S>, Identity>]?: undefined extends z.output<S[K]> ? z.output<S[K]> | null : z.output<S[K]> | undefined;
};
/** The given fields of an item, all present. */
export type At<S extends Shape, F> = Flat<{ [K in F & keyof ItemOf<S>]: NonNullable<ItemOf<S>[K]> }>;
/** As `At`, and one element where the field is a list. */
export type ElementsAt<S extends Shape, F> = Flat<{
  [K in F & keyof ItemOf<S>]: NonNullable<ItemOf<S>[K]> extends readonly (infer E)[] ? E : NonNullable<ItemOf<S>[K]>;
}>;
/** The names of number fields, which increments may move. */
export type Counters<S extends Shape> = { [K in NameOf<S>]: NonNullable<z.output<S[K]>> extends number ? K : never }[NameOf<S>];

/** The names of fields that the layer fills on creation. */
export type FilledFields<S extends Shape> = { [K in NameOf<S>]: S[K] extends Filled ? K : never }[NameOf<S>];

export interface Index {
  readonly on: string;
  readonly pk: string;
  readonly sk: string;
  readonly when?: Readonly<Record<string, unknown>>;
}
export type Indexes = Readonly<Record<string, Index>>;
export type Uniques = Readonly<Record<string, string>>;

/** A template that begins with the tenant, or whose entity or pattern is one of the table's globals. */
export type Tenant<T extends string, Name extends string, Global extends string> = T extends `{org_id}#${string}`
  ? unknown
  : Name extends Global
    ? unknown
    : { "begins with {org_id}#, or its name is in the table's globals": T };

/** What a rule over the fields objects to; false, undefined and an empty list mean nothing. */
export type Objection = false | undefined | string | readonly Violation[];

export interface States<S extends Shape, F extends NameOf<S>> {
  readonly field: F;
  /** Allowed next states by state; a state that is missing or has an empty list is final. */
  readonly transitions: Readonly<Partial<Record<z.output<S[F]> & string, readonly (z.output<S[F]> & string)[]>>>;
}

export interface EntityDefinition<
  Name extends string,
  Global extends string,
  G extends string,
  S extends Shape,
  PK extends string,
  SK extends string,
  I extends Indexes,
  U extends Uniques,
  Server extends NameOf<S>,
  Immutable extends NameOf<S>,
  Hidden extends NameOf<S>,
  StateField extends NameOf<S>,
> {
  /** Asked for when the entity is first used. */
  readonly fields: () => S;
  /** Partition and sort key. */
  readonly key: readonly [PK & KnownFields<PK, NameOf<S>> & Tenant<PK, Name, Global>, SK & KnownFields<SK, NameOf<S> | "created_at">];
  /** Access patterns by name, each on a GSI of its own. An item without one of the fields, or that does not match `when`, has no entry. */
  readonly indexes?: {
    readonly [N in keyof I]: {
      readonly on: G;
      readonly pk: KnownFields<I[N]["pk"], NameOf<S> | "created_at"> & Tenant<I[N]["pk"], Name | `${Name}.${N & string}`, Global>;
      readonly sk: KnownFields<I[N]["sk"], NameOf<S> | "created_at">;
      readonly when?: Partial<OutputOf<S>>;
    };
  } & I;
  /** Values that one item at most may have, by name; an item without one of the fields claims nothing. */
  readonly unique?: { readonly [N in keyof U]: KnownFields<U[N], NameOf<S>> & Tenant<U[N], Name | `${Name}.${N & string}`, Global> } & U;
  /** Set by the server, never by a client. */
  readonly server?: readonly Server[];
  /** Given once, at creation. */
  readonly immutable?: readonly Immutable[];
  /** In no response. */
  readonly hidden?: readonly Hidden[];
  /** An invariant over the fields; runs on the whole new item of every write but an increment. */
  readonly check?: (item: OutputOf<S>) => Objection;
  /** The field is the server's, and changes by transitions only. */
  readonly states?: States<S, StateField>;
  /** Epoch seconds after which the item may be deleted; deletion is late, so what must not be used any more is checked on read. */
  readonly ttl?: (item: OutputOf<S>) => number | undefined;
  /**
   * For items of which there are very many: fields that a key spells out are not stored a second time. Every change stores
   * such an item whole; it has no states and no increments.
   */
  readonly compact?: true;
  /** `upgrades[n]` turns the stored shape n into n + 1, on read; the next patch stores the item whole in the last shape. */
  readonly upgrades?: readonly ((old: Readonly<Record<string, any>>) => Record<string, any>)[];
}

export interface PageOptions<Sort = Readonly<Record<string, unknown>>> {
  /** Items at most; 50 unless told. */
  readonly limit?: number;
  /** `position` of the page before. */
  readonly position?: unknown;
  readonly desc?: boolean;
  /** Sort keys that begin so: the leading fields of the sort key. */
  readonly prefix?: Partial<Sort>;
  /** Bounds of the sort key, both included. */
  readonly from?: Partial<Sort>;
  readonly to?: Partial<Sort>;
}
/** A query of the table itself, not of an index. */
export interface ListOptions<Sort = Readonly<Record<string, unknown>>> extends PageOptions<Sort> {
  /** Strongly consistent: sees every write that was acknowledged before. */
  readonly consistent?: boolean;
}
export interface Page<T> {
  readonly items: T[];
  /** Where the query stopped, plain JSON; missing at the end. A page that ends exactly there may be followed by an empty one. */
  readonly position?: unknown;
}
