import type { CsvRow } from "./csv.ts";

/** The column of a warning that concerns the whole row. */
export const WHOLE_ROW = "(row)";

/** A cell that could not be taken as it stands; the row is imported without it or with a part of it. */
export interface Warning {
  column: string;
  /** The cell, cut to 200 characters. */
  value: string;
  code: string;
}

export interface Imported<D> {
  outcome: "imported";
  reason: null;
  draft: D;
  /** The row is a duplicate of an imported row that has one of these. None holds a credential. */
  duplicate_keys: readonly string[];
  warnings: readonly Warning[];
  flags: readonly string[];
}

export interface Refused {
  /** `skipped`: a rule says that the row is not wanted. `error`: the row is wanted but cannot be read or stored. */
  outcome: "skipped" | "error";
  reason: string;
  column?: string;
  value?: string;
  warnings: readonly Warning[];
  flags: readonly string[];
}

/** What the rules say of one row by itself; whether it is a duplicate is decided against what is stored. */
export type Verdict<D> = Imported<D> | Refused;

const LONGEST_VALUE = 200;

/** The cell as an outcome shows it: short, and never cut inside a character. */
export const shown = (cell: string): string => (cell.length <= LONGEST_VALUE ? cell : `${cell.slice(0, LONGEST_VALUE).replace(/[\uD800-\uDBFF]$/, "")}…`);

export const warning = (column: string, value: string, code: string): Warning => ({ column, value: shown(value), code });

export const refused = (outcome: Refused["outcome"], reason: string, more: { column?: string; value?: string; flags?: readonly string[] } = {}): Refused => ({
  outcome,
  reason,
  ...(more.column === undefined ? {} : { column: more.column }),
  ...(more.value === undefined ? {} : { value: shown(more.value) }),
  warnings: [],
  flags: more.flags ?? [],
});

/** The outcome of a row as it was read: an unreadable record is an error, warnings of the reading come before those of the values. */
export const judge = <C extends string, D>(row: CsvRow<C>, rules: (record: Readonly<Record<C, string>>) => Verdict<D>): Verdict<D> => {
  if (row.fault) return refused("error", row.fault.code, { value: row.fault.detail });
  const outcome = rules(row.record);
  return row.warnings.length === 0 ? outcome : { ...outcome, warnings: [...row.warnings, ...outcome.warnings] };
};
