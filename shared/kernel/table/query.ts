import type { Ctx } from "../context.ts";
import { type DomainError, invalid } from "../errors.ts";
import type { Load } from "./load.ts";
import type { Model, Plain } from "./model.ts";
import type { Template } from "./template.ts";
import type { ListOptions, Page, PageOptions } from "./types.ts";

const DEFAULT_LIMIT = 50;
/** Sorts after every text that continues a prefix. */
const LAST = "\u{10ffff}";

/** A way to read items below one partition key: the table itself, or one of its indexes. */
export interface Path {
  readonly model: Model;
  /** The access pattern's name. */
  readonly pattern: string;
  /** The index; undefined is the table. */
  readonly on?: string | undefined;
  readonly pk: Template;
  readonly sk: Template;
  /** `_t` of what the path yields. */
  readonly type: string;
  readonly load: Load;
}

/** Where one shard stopped: the key attributes but the partition's; 0 for its beginning, null for its end. */
type Mark = readonly string[] | 0 | null;

interface Slice {
  readonly rows: Plain[];
  readonly last: Mark;
}

/** One page in the order of the sort key. Several shards are read in parallel and merged. */
export const page = async (ctx: Ctx, path: Path, at: Plain, options: ListOptions = {}): Promise<Page<Plain>> => {
  const { limit = DEFAULT_LIMIT, desc = false, consistent = false } = options;
  const range = rangeOf(path.sk, options);
  const marks = marksOf(path, range, options.position);
  const slices = await Promise.all(marks.map((mark, shard) => slice(ctx, path, partition(path, at, shard), range, { limit, desc, consistent, mark })));
  const { rows, taken } = merge(path, slices, limit, desc);
  const next = slices.map((one, shard): Mark => {
    const used = taken[shard]!;
    if (used === one.rows.length) return one.last;
    return used === 0 ? marks[shard]! : markOf(path, one.rows[used - 1]!);
  });
  const items = rows.filter((row) => row._t === path.type).map(path.load);
  return next.every((mark) => mark === null) ? { items } : { items, position: next };
};

const partition = ({ pk, pattern }: Path, at: Plain, shard: number): string => {
  const key = pk.of(pk.shards > 1 ? { ...at, [`%${pk.shards}`]: shard } : at);
  if (key === undefined) throw new Error(`${pattern} needs all of ${pk.fields.join(", ")}.`);
  return key;
};

/** Both bounds included. */
interface Range {
  readonly low: string;
  readonly high: string | undefined;
  readonly prefix: boolean;
}

const rangeOf = (sk: Template, { prefix, from, to }: PageOptions): Range => {
  if (!from && !to) return { low: sk.prefix(prefix ?? {}), high: undefined, prefix: true };
  return { low: sk.prefix(from ?? {}), high: sk.of(to ?? {}) ?? sk.prefix(to ?? {}) + LAST, prefix: false };
};

/** Keys are in the order of their bytes, which is not that of UTF-16. */
const isAfter = (a: string, b: string): boolean => Buffer.compare(Buffer.from(a), Buffer.from(b)) > 0;

const within = ({ low, high }: Range, key: string): boolean => (high === undefined ? key.startsWith(low) : !isAfter(low, key) && !isAfter(key, high));

interface Part {
  readonly limit: number;
  readonly desc: boolean;
  readonly consistent: boolean;
  readonly mark: Mark;
}

/** Reads until the limit is reached or the partition ends; a request also ends at 1 MB. */
const slice = async (ctx: Ctx, path: Path, key: string, range: Range, { limit, desc, consistent, mark }: Part): Promise<Slice> => {
  if (mark === null) return { rows: [], last: null };
  // DynamoDB refuses a range that ends before it begins; nothing is in it.
  if (range.high !== undefined && isAfter(range.low, range.high)) return { rows: [], last: null };
  const rows: Plain[] = [];
  let start = mark === 0 ? undefined : startOf(path, key, mark);
  do {
    const reply = await ctx.db.send("Query", path.pattern, {
      TableName: ctx.db.physical(path.model.table.id),
      ...(path.on ? { IndexName: path.on } : {}),
      ...conditionOf(path, key, range),
      Limit: limit - rows.length,
      ScanIndexForward: !desc,
      ...(consistent ? { ConsistentRead: true } : {}),
      ...(start ? { ExclusiveStartKey: start } : {}),
    });
    rows.push(...reply.Items);
    start = reply.LastEvaluatedKey;
  } while (start && rows.length < limit);
  return { rows, last: start ? markOf(path, start) : null };
};

const conditionOf = ({ on }: Path, key: string, { low, high }: Range): Plain => {
  const [pk, sk] = on ? [`${on}pk`, `${on}sk`] : ["pk", "sk"];
  const where = high === undefined ? (low ? " AND begins_with(#sk, :low)" : "") : low ? " AND #sk BETWEEN :low AND :high" : " AND #sk <= :high";
  return {
    KeyConditionExpression: `#pk = :pk${where}`,
    ExpressionAttributeNames: { "#pk": pk, ...(where ? { "#sk": sk } : {}) },
    ExpressionAttributeValues: { ":pk": key, ...(low ? { ":low": low } : {}), ...(high === undefined ? {} : { ":high": high }) },
  };
};

const markOf = ({ on }: Path, row: Plain): Mark => (on ? [row[`${on}sk`], row.pk, row.sk] : [row.sk]);

const startOf = ({ on }: Path, key: string, mark: readonly string[]): Plain =>
  on ? { [`${on}pk`]: key, [`${on}sk`]: mark[0], pk: mark[1], sk: mark[2] } : { pk: key, sk: mark[0] };

const marksOf = ({ on, pk }: Path, range: Range, position: unknown): readonly Mark[] => {
  if (position === undefined) return Array.from({ length: pk.shards }, () => 0 as const);
  const length = on ? 3 : 1;
  const isMark = (mark: unknown): mark is Mark =>
    mark === 0 ||
    mark === null ||
    (Array.isArray(mark) && mark.length === length && mark.every((part) => typeof part === "string" && part !== "") && within(range, mark[0]));
  if (!Array.isArray(position) || position.length !== pk.shards || !position.every(isMark)) throw badCursor();
  return position;
};

const badCursor = (): DomainError =>
  invalid([{ pointer: "/query/cursor", code: "bad_cursor", detail: "The cursor is not one of this list's; start again without it." }], "bad_cursor");

/** Takes the next row of the shards again and again; the order within a shard stays DynamoDB's. */
const merge = (path: Path, slices: readonly Slice[], limit: number, desc: boolean): { rows: Plain[]; taken: number[] } => {
  const sk = path.on ? `${path.on}sk` : "sk";
  const taken = slices.map(() => 0);
  const rows: Plain[] = [];
  while (rows.length < limit) {
    let first: number | undefined;
    slices.forEach((one, shard) => {
      const row = one.rows[taken[shard]!];
      if (!row) return;
      const best = first === undefined ? undefined : slices[first]!.rows[taken[first]!]!;
      if (!best || (desc ? row[sk] > best[sk] : row[sk] < best[sk])) first = shard;
    });
    if (first === undefined) break;
    rows.push(slices[first]!.rows[taken[first]!]!);
    taken[first]!++;
  }
  return { rows, taken };
};
