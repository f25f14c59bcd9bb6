/**
 * DynamoDB's size and price rules, from which a test knows what an access pattern costs at the least. Needed because
 * DynamoDB Local counts transactions wrongly. Units are read and write request units.
 */

type Stored = Readonly<Record<string, unknown>>;

const bytes = (text: string): number => Buffer.byteLength(text);
const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

/** Bytes of a value: text by UTF-8, about a byte for two digits of a number, three bytes and one an element for lists and maps. */
export const sizeOf = (value: unknown): number => {
  if (value === undefined) return 0;
  if (value === null || typeof value === "boolean") return 1;
  if (typeof value === "string") return bytes(value);
  if (typeof value === "number") return sizeOfNumber(value);
  if (value instanceof Uint8Array) return value.byteLength;
  if (Array.isArray(value)) return 3 + sum(value.map((element) => 1 + sizeOf(element)));
  return 3 + sum(Object.entries(value).map(([name, part]) => 1 + bytes(name) + sizeOf(part)));
};

const sizeOfNumber = (value: number): number => {
  // Exponential notation has neither leading nor trailing zeros.
  const digits = value === 0 ? 0 : Math.abs(value).toExponential().split("e")[0]!.replace(".", "").length;
  return Math.ceil(digits / 2) + 1 + (value < 0 ? 1 : 0);
};

/** Bytes of an item as stored: names and values. */
export const itemSize = (item: Stored): number => sum(Object.entries(item).map(([name, value]) => (value === undefined ? 0 : bytes(name) + sizeOf(value))));

/** Half a unit per 4 KB, one when strongly consistent; at least one step. */
export const readUnits = (size: number, { consistent = false } = {}): number => Math.max(1, Math.ceil(size / 4096)) * (consistent ? 1 : 0.5);

/** One unit per KB; at least one. */
export const writeUnits = (size: number): number => Math.max(1, Math.ceil(size / 1024));

export interface Written {
  /** The item before the write; undefined when there was none. */
  readonly before?: Stored | undefined;
  readonly after?: Stored | undefined;
}

/**
 * What one write costs: the larger image in the table, the same in each index where the item is and stays, both images
 * where its entry moves. Indexes project all attributes.
 */
export const costOfWrite = ({ before, after }: Written, gsis: readonly string[]): { table: number; by_index: Record<string, number>; total: number } => {
  const [old, now] = [before ? itemSize(before) : 0, after ? itemSize(after) : 0];
  const table = writeUnits(Math.max(old, now));
  const by_index: Record<string, number> = {};
  for (const index of gsis) {
    const [was, is] = [entryKey(before, index), entryKey(after, index)];
    if (was === undefined && is === undefined) continue;
    if (was === is) by_index[index] = writeUnits(Math.max(old, now));
    else by_index[index] = (was === undefined ? 0 : writeUnits(old)) + (is === undefined ? 0 : writeUnits(now));
  }
  return { table, by_index, total: table + sum(Object.values(by_index)) };
};

const entryKey = (item: Stored | undefined, index: string): string | undefined => {
  const [pk, sk] = [item?.[`${index}pk`], item?.[`${index}sk`]];
  return pk === undefined || sk === undefined ? undefined : `${pk}\n${sk}`;
};

/** A transaction costs twice what its writes cost alone; a condition check costs as a write of the item it checks. */
export const costOfTransaction = (writes: readonly Written[], gsis: readonly string[]): number =>
  2 * sum(writes.map((write) => costOfWrite(write, gsis).total));
