import { dayOf } from "../../kernel/days.ts";
import { type Reading, isNothing, isTooLong, word } from "./values.ts";

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const FULL_MONTHS = "january february march april may june july august september october november december".split(" ");
const DAY_MS = 86_400_000;
/** Day 0 of a spreadsheet's calendar. */
const SPREADSHEET_EPOCH = Date.UTC(1899, 11, 30);

type YearMonthDay = readonly [year: number, month: number, day: number];

const monthOf = (name: string): number => {
  const plain = name.replace(/^sept$/, "sep");
  return Math.max(MONTHS.indexOf(plain), FULL_MONTHS.indexOf(plain)) + 1;
};

const fullYear = (year: string): number => (year.length === 2 ? 2000 + Number(year) : Number(year));

/** Month first, as in the United States, unless the first number can only be a day. */
const monthFirst = (first: string, second: string, year: string): YearMonthDay =>
  Number(first) > 12 ? [fullYear(year), Number(second), Number(first)] : [fullYear(year), Number(first), Number(second)];

const FORMATS: readonly [RegExp, (parts: readonly string[]) => YearMonthDay][] = [
  [/^(\d{4})[-/](\d{1,2})[-/](\d{1,2})$/, ([y = "", m, d]) => [Number(y), Number(m), Number(d)]],
  [/^(\d{1,2})[/-](\d{1,2})[/-](\d{4}|\d{2})$/, ([a = "", b = "", y = ""]) => monthFirst(a, b, y)],
  [/^(\d{1,2})\.(\d{1,2})\.(\d{4}|\d{2})$/, ([d, m, y = ""]) => [fullYear(y), Number(m), Number(d)]],
  [/^([a-z]+)\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})$/, ([m = "", d, y]) => [Number(y), monthOf(m), Number(d)]],
  [/^(\d{1,2})(?:st|nd|rd|th)?\.? ([a-z]+)\.?,? (\d{4})$/, ([d, m = "", y]) => [Number(y), monthOf(m), Number(d)]],
];

/** A time of day after the date: it is cut off, the date counts as written. */
const TIME = /[t ,]{1,3}\d{1,2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)? ?(?:[ap]\.?m\.?)? ?(?:z|utc|gmt|[+-]\d{2}:?\d{2})?$/;

const toIso = ([year, month, day]: YearMonthDay): string | undefined => {
  if (year < 1900 || year > 2199 || month < 1 || month > 12 || day < 1) return undefined;
  const daysInMonth = new Date(Date.UTC(year, month, 0)).getUTCDate();
  if (day > daysInMonth) return undefined;
  return `${year}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`;
};

/**
 * A date as `YYYY-MM-DD`: ISO with or without a time, `a/b/yyyy` as month/day unless a > 12, `dd.mm.yyyy`, month names in English,
 * two-digit years as 20xx, five digits as a spreadsheet's day number. The date counts as written, in whatever zone it was.
 * Faults: `unreadable_date`, and `impossible_date` for a day that no calendar has.
 */
export const readDate = (cell: string): Reading<string> => {
  if (isNothing(cell)) return {};
  const text = word(cell);
  if (isTooLong(text)) return { fault: "unreadable_date" };
  const serial = /^(\d{5})(?:\.\d+)?$/.exec(text)?.[1];
  if (serial !== undefined) return { value: dayOf(new Date(SPREADSHEET_EPOCH + Number(serial) * DAY_MS)) };
  const day = text.replace(TIME, "");
  for (const [format, read] of FORMATS) {
    const match = format.exec(day);
    if (!match) continue;
    const value = toIso(read(match.slice(1)));
    return value === undefined ? { fault: "impossible_date" } : { value };
  }
  return { fault: "unreadable_date" };
};
