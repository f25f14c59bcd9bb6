import { email } from "../../kernel/fields.ts";
import { fromCents } from "../../kernel/money.ts";

/** A cell read as a value: a value, nothing (a blank cell or a word for "nothing"), or the code of a warning. */
export type Reading<T> = { value: T; fault?: string } | { value?: undefined; fault?: string };

const NOTHING = new Set(["", "-", "–", "—", "?", "n/a", "na", "none", "null", "tbd", "tba"]);

/** Control characters but for tab and line feed, and marks that steer or hide text. Joiners stay: scripts and emoji need them. */
const INVISIBLE = /(?![\t\n])[\p{Cc}\u200B\u200E\u200F\u2028-\u202E\u2060-\u206F\uFEFF]/gu;

/** The cell without control characters and invisible marks; line breaks and outer white space stay. */
export const visible = (cell: string): string => cell.replaceAll("\r\n", "\n").replace(INVISIBLE, "");

/** The visible text of a cell without outer white space. */
export const clean = (cell: string): string => visible(cell).trim();

/** The text of a cell as one line in NFC, as a name or a title is stored. */
export const oneLine = (cell: string): string => clean(cell).normalize("NFC").replace(/\s+/gu, " ");

/** The form under which two spellings of a word in a closed list are the same. */
export const word = (cell: string): string => oneLine(cell).toLowerCase();

/** No number or date is longer; the bound keeps patterns from long searches in a hostile cell. */
const MAX_SHORT_CELL = 100;
export const isTooLong = (cell: string): boolean => cell.length > MAX_SHORT_CELL;

/** Whether a cell holds no value: blank, or a word such as `n/a` or `TBD`. */
export const isNothing = (cell: string): boolean => NOTHING.has(word(cell));

/** Cuts a text to a number of UTF-16 units, never inside a character. */
export const cut = (text: string, length: number): string =>
  text.length <= length
    ? text
    : text
        .slice(0, length)
        .replace(/[\uD800-\uDBFF]$/u, "")
        .trimEnd();

const MAX_CENTS = 99_999_999_999;
const GROUPED = /^\d{1,3}(,\d{3})+(\.\d{1,2})?$/;
const GROUPED_BY_POINTS = /^\d{1,3}(\.\d{3})+,\d{1,2}$/;

/** The plain decimal behind `1,250.00`, `1.250,00` or `250,5`; undefined where the marks have no single meaning. */
const plainDecimal = (text: string): string | undefined => {
  if (/^\d+(\.\d{1,2})?$/.test(text)) return text;
  if (GROUPED.test(text)) return text.replaceAll(",", "");
  if (GROUPED_BY_POINTS.test(text)) return text.replaceAll(".", "").replace(",", ".");
  return /^\d+,\d{1,2}$/.test(text) ? text.replace(",", ".") : undefined;
};

/**
 * A price in US dollars as a decimal string with two places: `$ 1,500.00`, `USD 250`, `400.99 USD`. `free` and `comp` are no price.
 * Faults: `unreadable_price`, also for negative amounts, and `other_currency`.
 */
export const readPrice = (cell: string): Reading<string> => {
  const text = word(cell);
  if (isNothing(cell) || ["free", "comp"].includes(text)) return {};
  if (isTooLong(text)) return { fault: "unreadable_price" };
  const bare = text.replace(/^(us\$|usd|\$) ?/, "").replace(/ ?(us\$|usd|\$)$/, "");
  if (/[€£¥]|\b(eur|gbp|jpy|cad|aud|chf)\b/.test(bare)) return { fault: "other_currency" };
  const decimal = plainDecimal(bare);
  if (decimal === undefined) return { fault: "unreadable_price" };
  const [units = "", places = ""] = decimal.split(".");
  const cents = Number(units) * 100 + Number(places.padEnd(2, "0"));
  return cents > MAX_CENTS ? { fault: "unreadable_price" } : { value: fromCents(cents) };
};

const SCALE: Record<string, number> = { "": 0, k: 3, m: 6, b: 9 };
const MAX_COUNT = 1_000_000_000_000;

/**
 * A whole number as people write counts: `10000`, `10,000`, `10k`, `2.5K plays`, `1M`. Computed with digits, so 2.3M is exact.
 * Fault: the code given.
 */
export const readCount = (cell: string, fault: string): Reading<number> => {
  if (isNothing(cell)) return {};
  if (isTooLong(cell)) return { fault };
  const match = /^([\d.,]+) ?([kmb]?)\+? ?(?:plays|streams|followers)?$/.exec(word(cell));
  const [, digits = "", suffix = ""] = match ?? [];
  const grouped = /^\d{1,3}(,\d{3})+$/.test(digits) ? digits.replaceAll(",", "") : digits;
  if (!/^\d{1,15}(\.\d{1,9})?$/.test(grouped)) return { fault };
  const [units = "", places = ""] = grouped.split(".");
  const scale = SCALE[suffix] ?? 0;
  const rest = places.slice(scale);
  if (/[1-9]/.test(rest)) return { fault };
  const value = Number(units + places.slice(0, scale).padEnd(scale, "0"));
  return value > MAX_COUNT ? { fault } : { value };
};

/** Lists are read this far, which bounds the time that a hostile cell can take. */
const MAX_LIST = 10_000;

/** The parts of a list in one cell. */
export const splitList = (cell: string, separator: RegExp): string[] => clean(cell.slice(0, MAX_LIST)).split(separator);

/**
 * The addresses of a cell, split at comma, semicolon, slash and line break; lower case, each once, in order, at most `most`.
 * Parts that are no address are dropped. Faults: `invalid_email`, `too_many_emails`.
 */
export const readEmails = (cell: string, most: number): { value: string[]; fault?: string } => {
  if (isNothing(cell)) return { value: [] };
  const parts = splitList(cell, /[,;/\n]/).map((part) => part.trim().toLowerCase());
  const valid = [...new Set(parts.filter((part) => part.length <= 254 && email.safeParse(part).success))];
  const isAnyInvalid = parts.some((part) => !isNothing(part) && !valid.includes(part));
  const fault = valid.length > most ? "too_many_emails" : isAnyInvalid ? "invalid_email" : undefined;
  return { value: valid.slice(0, most), ...(fault === undefined ? {} : { fault }) };
};
