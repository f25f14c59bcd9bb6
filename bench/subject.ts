/** One measured number. `bound` is what it is held to; null where it only stands beside another. */
export interface Figure {
  /** `queue_seconds_20000`: the same from run to run. */
  readonly id: string;
  readonly value: number;
  readonly unit: string;
  readonly bound: number | null;
  readonly ok: boolean;
}

export type Cell = string | number | null;

/** A table of the page: what stands behind the figures. */
export interface Table {
  readonly title: string;
  readonly rows: readonly Readonly<Record<string, Cell>>[];
}

export interface Measured {
  readonly figures: readonly Figure[];
  readonly tables: readonly Table[];
}

/**
 * Something that is measured, in a process of its own. `measure` takes every ratio within one run, so that the machine
 * and what else it does weigh on both sides alike.
 */
export interface Subject {
  /** The file's name, by which it is run alone: `npm run bench -- queue`. */
  readonly name: string;
  readonly title: string;
  /** What is measured and how, in a few sentences for the page. */
  readonly about: string;
  readonly measure: () => Promise<Measured>;
}

const rounded = (value: number): number => Number(value.toPrecision(4));

export const atMost = (id: string, value: number, bound: number, unit = ""): Figure => ({ id, value: rounded(value), unit, bound, ok: value <= bound });
export const atLeast = (id: string, value: number, bound: number, unit = ""): Figure => ({ id, value: rounded(value), unit, bound, ok: value >= bound });
/** A number without a bound, to be read beside another. */
export const beside = (id: string, value: number, unit = ""): Figure => ({ id, value: rounded(value), unit, bound: null, ok: true });

/** The middle of some numbers. */
export const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
};

/** The least value that a share of the numbers does not exceed; 0.95 for p95. */
export const percentile = (values: readonly number[], share: number): number => values.toSorted((a, b) => a - b)[Math.ceil(values.length * share) - 1]!;
