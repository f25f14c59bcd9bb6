import { itemSize } from "../../../shared/kernel/table/capacity.ts";
import { type KeyCondition, type Marks, type Stored, attributeOf, compareTexts, invalidRequest, valueOf } from "./expressions.ts";

export interface Key {
  readonly pk: string;
  readonly sk: string;
}
/** An item at its place of an order: that of the table, or that of an index. */
interface Entry {
  readonly sort: string;
  readonly pk: string;
  readonly sk: string;
  readonly item: Stored;
}
interface Row {
  readonly item: Stored;
  /** The item before, which a read may still show for a while. */
  readonly before: Stored | undefined;
  readonly written: number;
}
interface Late {
  readonly at: number;
  apply(): void;
}

export interface Page {
  readonly items: readonly Stored[];
  readonly last: Readonly<Record<string, string>> | undefined;
}
export interface PageWish {
  readonly condition: KeyCondition;
  readonly marks: Marks;
  readonly limit: number;
  readonly desc: boolean;
  readonly start: Readonly<Record<string, string>> | undefined;
}

export interface Times {
  now(): number;
  /** How long an index lags behind a write; 0 when it does not. */
  lag(): number;
}

export interface MemoryTable {
  readonly id: string;
  readonly gsis: readonly string[];
  get(key: Key): Stored | undefined;
  /** What the key held before a write that is no older than so many milliseconds; else what it holds. */
  earlier(key: Key, ms: number): Stored | undefined;
  /** Stores an item, which nobody may change afterwards, or removes it. */
  set(key: Key, item: Stored | undefined): void;
  page(index: string | undefined, wish: PageWish): Page;
  /** Whether an index does not show all writes yet. */
  lags(): boolean;
  items(): readonly Stored[];
}

/** Told of every write: what the key held, and what it holds now. */
export type Changed = (key: Key, before: Stored | undefined, after: Stored | undefined) => void;

/** The items of one table in memory, with its generic indexes, each in the order that DynamoDB reads them. */
export const memoryTable = (id: string, gsis: readonly string[], times: Times, changed?: Changed): MemoryTable => {
  const rows = new Map<string, Map<string, Row>>();
  const orders = new Map(["", ...gsis].map((index) => [index, new Map<string, Entry[]>()]));
  let late: Late[] = [];
  const catchUp = (): void => {
    if (late.length === 0) return;
    const now = times.now();
    const due = late.filter(({ at }) => at <= now);
    if (due.length === 0) return;
    late = late.filter(({ at }) => at > now);
    for (const { apply } of due) apply();
  };
  const reindex = (before: Stored | undefined, after: Stored | undefined, key: Key): void => {
    for (const index of gsis) {
      const [was, is] = [entryOf(index, before, key), entryOf(index, after, key)];
      if (!was && !is) continue;
      const apply = (): void => {
        const order = orders.get(index)!;
        if (was) removeFrom(order, was.partition, was.entry);
        if (is) insertInto(order, is.partition, is.entry);
      };
      const lag = times.lag();
      if (lag === 0 && late.length === 0) apply();
      // An index shows the writes in their order: a later one does not overtake.
      else late.push({ at: Math.max(times.now() + lag, late.at(-1)?.at ?? 0), apply });
    }
  };
  const rowOf = ({ pk, sk }: Key): Row | undefined => rows.get(pk)?.get(sk);
  return {
    id,
    gsis,
    get: (key) => rowOf(key)?.item,
    earlier: (key, ms) => {
      const row = rowOf(key);
      return row && times.now() - row.written <= ms ? row.before : row?.item;
    },
    set: (key, item) => {
      const before = rowOf(key)?.item;
      const order = orders.get("")!;
      if (before) removeFrom(order, key.pk, { ...key, sort: key.sk });
      if (item) {
        insertInto(order, key.pk, { ...key, sort: key.sk, item });
        let partition = rows.get(key.pk);
        if (!partition) rows.set(key.pk, (partition = new Map()));
        partition.set(key.sk, { item, before, written: times.now() });
      } else rows.get(key.pk)?.delete(key.sk);
      reindex(before, item, key);
      changed?.(key, before, item);
    },
    page: (index, wish) => {
      catchUp();
      return pageOf(orders.get(index ?? "")!, index, wish);
    },
    lags: () => {
      catchUp();
      return late.length > 0;
    },
    items: () => [...rows.values()].flatMap((partition) => [...partition.values()].map(({ item }) => item)),
  };
};

const entryOf = (index: string, item: Stored | undefined, key: Key): { partition: string; entry: Entry } | undefined => {
  const [partition, sort] = [item?.[`${index}pk`], item?.[`${index}sk`]];
  if (!item || partition === undefined || sort === undefined) return undefined;
  return { partition: partition as string, entry: { sort: sort as string, pk: key.pk, sk: key.sk, item } };
};

type Place = Pick<Entry, "sort" | "pk" | "sk">;
const compare = (a: Place, b: Place): number => compareTexts(a.sort, b.sort) || compareTexts(a.pk, b.pk) || compareTexts(a.sk, b.sk);

/** The first position at which something is so that is so from there on. */
const firstWhere = (entries: readonly Entry[], test: (entry: Entry) => boolean): number => {
  let [low, high] = [0, entries.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (test(entries[middle]!)) high = middle;
    else low = middle + 1;
  }
  return low;
};

const insertInto = (order: Map<string, Entry[]>, partition: string, entry: Entry): void => {
  const entries = order.get(partition);
  if (!entries) order.set(partition, [entry]);
  else if (compare(entries.at(-1)!, entry) < 0) entries.push(entry);
  else
    entries.splice(
      firstWhere(entries, (other) => compare(other, entry) > 0),
      0,
      entry,
    );
};

const removeFrom = (order: Map<string, Entry[]>, partition: string, place: Place): void => {
  const entries = order.get(partition)!;
  entries.splice(
    firstWhere(entries, (other) => compare(other, place) >= 0),
    1,
  );
  if (entries.length === 0) order.delete(partition);
};

const pageOf = (order: ReadonlyMap<string, readonly Entry[]>, index: string | undefined, { condition, marks, limit, desc, start }: PageWish): Page => {
  const [pkName, skName] = index === undefined ? ["pk", "sk"] : [`${index}pk`, `${index}sk`];
  if (attributeOf(condition.pk[0], marks) !== pkName || (condition.sk && attributeOf(condition.sk.name, marks) !== skName))
    throw invalidRequest("Query condition missed key schema element");
  const partition = valueOf(condition.pk[1], marks);
  const entries = order.get(partition as string) ?? [];
  let [low, high] = rangeOf(entries, condition, marks);
  if (start) {
    const place = { sort: start[skName]!, pk: start["pk"]!, sk: start["sk"]! };
    if (start[pkName] !== partition || place.pk === undefined || place.sk === undefined || place.sort === undefined)
      throw invalidRequest("The provided starting key is invalid");
    if (desc)
      high = Math.min(
        high,
        firstWhere(entries, (entry) => compare(entry, place) >= 0),
      );
    else
      low = Math.max(
        low,
        firstWhere(entries, (entry) => compare(entry, place) > 0),
      );
  }
  const within = entries.slice(desc ? Math.max(low, high - limit) : low, desc ? high : Math.min(high, low + limit));
  if (desc) within.reverse();
  const found = untilFull(within);
  const last = found.length === limit || found.length < within.length ? found.at(-1) : undefined;
  return {
    items: found.map(({ item }) => item),
    last: last && { ...(index === undefined ? {} : { [pkName]: partition as string, [skName]: last.sort }), pk: last.pk, sk: last.sk },
  };
};

const KEY_BYTES = { pk: 2048, sk: 1024 } as const;
/** Whether a partition or sort key, of a table or an index, may be this. */
export const isKeyText = (value: unknown, half: "pk" | "sk"): value is string =>
  typeof value === "string" && value !== "" && (value.length * 3 <= KEY_BYTES[half] || Buffer.byteLength(value) <= KEY_BYTES[half]);

const PAGE_BYTES = 1024 ** 2;
const sizes = new WeakMap<Stored, number>();
/** Stored items do not change. */
const sizeOnce = (item: Stored): number => {
  let size = sizes.get(item);
  if (size === undefined) sizes.set(item, (size = itemSize(item)));
  return size;
};
/** The first entries of a page: it ends with the one that makes it as large as DynamoDB reads at once. */
const untilFull = (entries: readonly Entry[]): readonly Entry[] => {
  let bytes = 0;
  const end = entries.findIndex(({ item }) => (bytes += sizeOnce(item)) >= PAGE_BYTES);
  return end === -1 ? entries : entries.slice(0, end + 1);
};

/** From the first to before the second position. */
const rangeOf = (entries: readonly Entry[], { sk }: KeyCondition, marks: Marks): [number, number] => {
  if (!sk) return [0, entries.length];
  const [bound, upper] = sk.bounds.map((value) => valueOf(value, marks) as string) as [string, string];
  const from = (text: string): number => firstWhere(entries, (entry) => compareTexts(entry.sort, text) >= 0);
  const after = (text: string): number => firstWhere(entries, (entry) => compareTexts(entry.sort, text) > 0);
  switch (sk.kind) {
    case "=":
      return [from(bound), after(bound)];
    case "<":
      return [0, from(bound)];
    case "<=":
      return [0, after(bound)];
    case ">":
      return [after(bound), entries.length];
    case ">=":
      return [from(bound), entries.length];
    case "BETWEEN":
      if (compareTexts(bound, upper) > 0) throw invalidRequest("The BETWEEN operator requires upper bound to be greater than or equal to lower bound");
      return [from(bound), after(upper)];
    case "begins_with":
      return [from(bound), firstWhere(entries, ({ sort }) => !sort.startsWith(bound) && compareTexts(sort, bound) > 0)];
  }
};
