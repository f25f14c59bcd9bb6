import type { Ctx } from "../context.ts";
import { type DomainError, conflict, isDomainError } from "../errors.ts";
import { claimLost } from "./claim.ts";
import type { AnyEntity } from "./entity.ts";
import { TRIES, contended, pause } from "./contention.ts";

/**
 * A single-table design: keys `pk` and `sk`, overloaded indexes gsi1 to gsiN with `<gsi>pk` and `<gsi>sk`, time to live
 * in `ttl`, the entity's name in `_t`. Entities register themselves; CDK, tests and the generated pages read them.
 */
export interface Table<G extends string = string, Global extends string = string> {
  readonly id: string;
  readonly gsis: readonly G[];
  /** Entities (`"User"`) and indexes (`"Membership.byUser"`) whose partition key does not begin with the tenant. */
  readonly globals: readonly Global[];
  readonly entities: Map<string, AnyEntity>;
}

export const table = <const G extends string, const Global extends string = never>(
  id: string,
  gsis: readonly G[],
  { globals = [] }: { readonly globals?: readonly Global[] } = {},
): Table<G, Global> => ({ id, gsis, globals, entities: new Map() });

/** One write of a transaction, in the document client's form, and what it means when its condition fails. */
export interface Write {
  readonly entity: string;
  readonly item: TransactItem;
  /** Attributes that the item has once this is stored, from which a repeat knows itself. */
  readonly leaves?: Readonly<Record<string, unknown>>;
  /** The whole item as this leaves it, where it is known before it is stored. */
  readonly next?: Readonly<Record<string, unknown>>;
  /** `stored` is the item that stood in the way, as far as the write asked for it. */
  fails(stored?: Readonly<Record<string, any>>): DomainError;
}

/**
 * Creations of what was read and found missing: what another made meanwhile counts as a change in between (conflict
 * `concurrent_change`), so that `contend` reads again.
 */
export const stillMissing = (creations: readonly Write[]): Write[] =>
  creations.map((write) => ({ ...write, fails: () => conflict("concurrent_change", `The ${write.entity} was made by another request; repeat this one.`) }));

export interface TransactItem {
  readonly Put?: Action & { readonly Item: Record<string, any> };
  readonly Update?: Action & { readonly Key: StoredKey; readonly UpdateExpression: string };
  readonly Delete?: Action & { readonly Key: StoredKey };
  readonly ConditionCheck?: Action & { readonly Key: StoredKey };
}
interface Action {
  readonly TableName: string;
  readonly ConditionExpression?: string;
  readonly ExpressionAttributeNames?: Record<string, string>;
  readonly ExpressionAttributeValues?: Record<string, any>;
  readonly ReturnValuesOnConditionCheckFailure?: "ALL_OLD";
}
export interface StoredKey {
  readonly pk: string;
  readonly sk: string;
}

const MOST_WRITES = 100;

export interface TransactOptions {
  /** The access pattern's name: on the meter, and in the tests' budgets. */
  readonly pattern: string;
  /** What the request answers: stored under its Idempotency-Key in the same transaction. */
  readonly result?: unknown;
}

/**
 * Stores all of the writes or none, 100 at most including those of an open claim. A failed condition becomes the
 * DomainError of the write that failed; of several it is `concurrent_change` if one is, else that of the first. Conflicts
 * with other transactions are repeated up to eight times; then, and when the client has repeated a throttled transaction
 * in vain, it is DomainError unavailable `contended`.
 */
export const transact = async (ctx: Ctx, table: Table, writes: readonly Write[], { pattern, result }: TransactOptions): Promise<void> => {
  requireOneTable(ctx, table, writes, pattern);
  const claim = ctx.claim?.open ? ctx.claim : undefined;
  const completion = (claim?.complete(ctx, result) ?? []).map((write) => ({ ...write, fails: claimLost }));
  const all = [...writes, ...completion];
  if (all.length > MOST_WRITES)
    throw new RangeError(`${pattern}: a transaction has at most ${MOST_WRITES} writes, got ${all.length}. Make it a job of several.`);
  if (all.length === 0) return;
  for (let attempt = 1; ; attempt++) {
    try {
      await ctx.db.send("TransactWrite", pattern, { TransactItems: all.map((write) => write.item) });
      claim?.close();
      return;
    } catch (error) {
      const reasons = cancellationsOf(error);
      if (!reasons) throw error;
      const failures = reasons.flatMap(({ Code, Item }, at) => (Code === "ConditionalCheckFailed" ? [all[at]!.fails(Item)] : []));
      // What was read has changed: whatever else failed was decided by what is no longer so, such as a repeat that its first run overtook.
      if (failures.length > 0) throw failures.find((error) => isDomainError(error, "concurrent_change")) ?? failures[0]!;
      if (!reasons.some((reason) => PASSING.test(reason.Code ?? ""))) throw error;
      if (attempt >= TRIES || !reasons.some((reason) => reason.Code === CONFLICT)) throw contended(error);
      await pause(attempt);
    }
  }
};

/** Platforms stay apart: between their tables travels an event, never a transaction. */
const requireOneTable = (ctx: Ctx, table: Table, writes: readonly Write[], pattern: string): void => {
  const name = ctx.db.physical(table.id);
  const other = writes.find(({ item }) => (item.Put ?? item.Update ?? item.Delete ?? item.ConditionCheck)?.TableName !== name);
  if (other) throw new Error(`${pattern}: ${other.entity} is not stored in the table ${table.id}. Emit an event instead.`);
};

const CONFLICT = "TransactionConflict";
/** Reasons that pass by themselves. */
const PASSING = /TransactionConflict|Throttl|Throughput/;

interface Cancellation {
  readonly Code?: string;
  readonly Item?: Record<string, any>;
}
const cancellationsOf = (error: unknown): readonly Cancellation[] | undefined =>
  (error as Error).name === "TransactionCanceledException" ? (error as { CancellationReasons?: Cancellation[] }).CancellationReasons : undefined;

/**
 * Repeats a whole read, decide and write while others change the same items in between (conflict `concurrent_change`),
 * with jitter. Throws DomainError unavailable `contended` after `tries`; every other error at once.
 */
export const contend = async <T>(work: (attempt: number) => Promise<T>, tries = TRIES): Promise<T> => {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work(attempt);
    } catch (error) {
      if (!isDomainError(error, "concurrent_change")) throw error;
      if (attempt >= tries) throw contended(error);
      await pause(attempt);
    }
  }
};
