import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { csvDocument } from "../../../../shared/kernel/export/csv-document.ts";
import type { List } from "../../../../shared/kernel/export/list.ts";
import { postList } from "../../../../shared/social/export/post-list.ts";
import { conversionList } from "../../../../shared/social/export/conversion-list.ts";
import { campaignList } from "../../../../shared/soundcloud/export/campaign-list.ts";
import { ledgerList } from "../../../../shared/soundcloud/export/ledger-list.ts";
import { memberList } from "../../../../shared/soundcloud/export/member-list.ts";
import { submissionList } from "../../../../shared/soundcloud/export/submission-list.ts";
import { sources } from "../../../architecture/sources.ts";
import { atSize, figures } from "../../../support/figures.ts";

/** Every list that is written as CSV, by the file that has it. */
const lists: Readonly<Record<string, List>> = {
  "shared/social/export/conversion-list.ts": conversionList,
  "shared/social/export/post-list.ts": postList,
  "shared/soundcloud/export/campaign-list.ts": campaignList,
  "shared/soundcloud/export/ledger-list.ts": ledgerList,
  "shared/soundcloud/export/member-list.ts": memberList,
  "shared/soundcloud/export/submission-list.ts": submissionList,
};

const SIGNS = ["=", "+", "-", "@", "＝", "＋", "－", "＠"];
/** What spreadsheets pass over, or what ends a cell for some of them. */
const BEGINNINGS = ["\t", "\r", "\n", "\r\n", "\0", " ", "  ", "\u00a0", "\ufeff", "\u3000", "\u200b", "\v", "\u0001"];
const HARMFUL_FIRST = new Set(["\t", "\r", "\n", "\0"]);
const UNSEEN = new Set(BEGINNINGS.join(""));

/** Whether a spreadsheet may take the text for more than a text: told sign by sign, apart from how the product does it. */
const isHarmful = (text: string): boolean => {
  if (HARMFUL_FIRST.has(text[0] ?? "")) return true;
  const first = [...text].find((sign) => !UNSEEN.has(sign) && sign.trim() !== "");
  return first !== undefined && SIGNS.includes(first);
};

const word = fc.string({ unit: "binary", maxLength: 12 });
const formula = fc.tuple(
  fc.array(fc.constantFrom(...BEGINNINGS), { maxLength: 3 }).map((signs) => signs.join("")),
  fc.constantFrom(...SIGNS),
  fc.oneof(word, fc.constantFrom("1+1", "cmd|' /C calc'!A0", 'HYPERLINK("http://evil.example")', "SUM(A1:A9)\r\n=2", '1","=2', "-1.00")),
);
const harmfulText = fc.oneof(
  formula.map((parts) => parts.join("")),
  fc.tuple(fc.constantFrom(...HARMFUL_FIRST), word).map((parts) => parts.join("")),
);
/** Begins with something that is seen and is no sign; what comes then is anything. */
const harmlessText = fc.tuple(fc.constantFrom(..."aZ0ß漢'\"(,;:.!#%&*/😀"), word, fc.option(harmfulText, { nil: "" })).map((parts) => parts.join(""));
const amount = fc.integer({ min: -1_000_000, max: 1_000_000 }).map((cents) => (cents / 100).toFixed(2));
const number = fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }));

type Kind = "harmful" | "harmless" | "number" | "other";
interface Cell {
  readonly kind: Kind;
  readonly value: unknown;
  /** What is read back, but for the guard. */
  readonly text: string;
}
const cellOf = <T>(kind: Kind, values: fc.Arbitrary<T>, textOf: (value: T) => string = String): fc.Arbitrary<Cell> =>
  values.map((value) => ({ kind, value, text: textOf(value) }));

const joined = (items: readonly string[]): string => items.join("; ");
const cell: fc.Arbitrary<Cell> = fc.oneof(
  { weight: 4, arbitrary: cellOf("harmful", harmfulText) },
  { weight: 1, arbitrary: cellOf("harmful", fc.tuple(harmfulText, word), joined) },
  { weight: 2, arbitrary: cellOf("harmless", harmlessText) },
  { weight: 1, arbitrary: cellOf("harmless", fc.tuple(harmlessText, harmfulText), joined) },
  {
    weight: 2,
    arbitrary: cellOf(
      "number",
      fc.oneof(
        number.map((value) => (Object.is(value, -0) ? 0 : value)),
        amount,
      ),
    ),
  },
  { weight: 1, arbitrary: cellOf("other", fc.boolean()) },
  {
    weight: 1,
    arbitrary: cellOf(
      "other",
      fc.dictionary(
        word.filter((name) => name !== "__proto__"),
        harmfulText,
        { maxKeys: 3 },
      ),
      (value) => JSON.stringify(value),
    ),
  },
  { weight: 1, arbitrary: cellOf("other", fc.constantFrom(null, undefined, "", []), () => "") },
);

const recordOf = (columns: readonly string[]) => fc.tuple(...columns.map(() => cell));

/** Written, and read by another program's reader. */
const readBack = async (columns: readonly string[], rows: readonly (readonly Cell[])[]): Promise<string[][]> => {
  const records = rows.map((row) => Object.fromEntries(row.map(({ value }, at) => [columns[at]!, value])));
  const written = await Array.fromAsync(
    csvDocument(
      columns,
      (async function* () {
        yield* records;
      })(),
    ),
  );
  return parse(written.join(""));
};

/** What is wrong with a cell as it was read. */
const faultOf = ({ kind, text }: Cell, read: string): string | undefined => {
  const expected = kind === "harmful" ? `'${text}` : text;
  if (read !== expected) return `${kind} ${JSON.stringify(text)} became ${JSON.stringify(read)}`;
  return kind !== "number" && isHarmful(read) ? `${kind} ${JSON.stringify(text)} is still harmful` : undefined;
};

const RECORDS = atSize({ test: 25, soak: 2_000 });

describe("cells of CSV that a spreadsheet would take for formulas", () => {
  it("are looked for in every list that is exported, of which one function writes all", () => {
    const found = sources.map(({ path }) => path).filter((path) => /^shared\/.*\/export\/.*-list\.ts$/.test(path));
    expect(found.toSorted()).toEqual(Object.keys(lists).toSorted());
    const among = (sign: string): string[] => sources.flatMap(({ path, code }) => (/^(shared|functions)\//.test(path) && code.includes(sign) ? [path] : []));
    expect(among("csv-stringify")).toEqual(["shared/kernel/export/csv-document.ts"]);
    expect(among("csvDocument(").toSorted()).toEqual(["shared/kernel/export/csv-document.ts", "shared/kernel/export/write-export.ts"]);
  });

  it("are texts in each of them, whatever stands in its columns, and everything reads back as it was", { timeout: 600_000 }, async () => {
    const counted = { cells: 0, harmful: 0, numbers: 0 };
    const faults: string[] = [];
    for (const [n, { columns }] of Object.values(lists).entries()) {
      const rows = fc.sample(recordOf(columns), { seed: 19 + n, numRuns: RECORDS });
      const [headings, ...read] = await readBack(columns, rows);
      expect(headings).toEqual(columns);
      expect(read).toHaveLength(rows.length);
      for (const [at, row] of rows.entries())
        for (const [column, one] of row.entries()) {
          counted.cells += 1;
          counted.harmful += one.kind === "harmful" ? 1 : 0;
          counted.numbers += one.kind === "number" ? 1 : 0;
          const fault = faultOf(one, read[at]![column]!);
          if (fault !== undefined) faults.push(fault);
        }
    }
    expect(faults).toEqual([]);
    expect(counted.harmful).toBeGreaterThan(counted.cells / 4);
    figures("S19", { lists: Object.keys(lists).length, ...counted, "left harmful": faults.length });
  });

  it("are the ones that the test looks for", () => {
    for (const begin of ["", ...BEGINNINGS]) for (const sign of SIGNS) expect(isHarmful(`${begin}${sign}1`), JSON.stringify(begin + sign)).toBe(true);
    for (const text of ["", "a", "'=1", "a=1", "0-1", '"=1"', " a"]) expect(isHarmful(text), text).toBe(false);
  });
});
