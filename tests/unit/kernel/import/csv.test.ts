import * as fc from "fast-check";
import { parse } from "csv-parse/sync";
import { describe, expect, it } from "vitest";
import type { Layout } from "../../../../shared/kernel/import/columns.ts";
import { readRows } from "../../../../shared/kernel/import/csv.ts";
import { readAll, streamOf } from "../../soundcloud/import/reading.ts";

const layout: Layout<"a" | "b" | "c"> = { required: ["a"], headings: { a: ["A"], b: ["B"], c: ["C"] } };
const cellsOf = async (content: string | Uint8Array) =>
  (await readAll(content, layout)).map((row) => (row.fault ? row.fault.code : [row.record.a, row.record.b, row.record.c]));

describe("readRows", () => {
  it("reads quotes, quoted line breaks, a byte order mark, LF and CRLF, and counts rows and physical lines", async () => {
    const rows = await readAll('\uFEFFA,B,C\r\n1,"x, ""y""\nz",\n\n2,5" disc,"" \r\n\r\n"3","",z', layout);
    expect(rows).toEqual([
      { row: 1, line: 2, record: { a: "1", b: 'x, "y"\nz', c: "" }, warnings: [] },
      { row: 2, line: 5, record: { a: "2", b: '5" disc', c: "" }, warnings: [] },
      { row: 3, line: 7, record: { a: "3", b: "", c: "z" }, warnings: [] },
    ]);
  });

  it.each([
    ["semicolon", "A;B;C\n1;2,5;3\n"],
    ["tab", "A\tB\tC\n1\t2,5\t3\n"],
    ["comma", 'A,"B;;;;;",C\n1,,3\n'],
    ["spreadsheet hint", "sep=;\r\nA;B;C\r\n1;2,5;3\r\n"],
  ])("finds the delimiter: %s", async (_name, content) => {
    expect(await cellsOf(content)).toEqual([["1", content.includes("2,5") ? "2,5" : "", "3"]]);
  });

  it("drops no line that holds delimiters and takes no blank line for a row", async () => {
    expect(await cellsOf("A,B,C\n,,\n \n\t\n\n1,2,3\n\n\n")).toEqual([
      ["", "", ""],
      ["1", "2", "3"],
    ]);
    expect(await cellsOf("A\tB\n\t\n1\t2\n")).toEqual([
      ["", "", ""],
      ["1", "2", ""],
    ]);
  });

  it("warns of ragged rows and reads what they have", async () => {
    const rows = await readAll("A,B,C\n1\n1,2,3,,\n1,2,3,4\n", layout);
    expect(rows.map((row) => row.warnings?.map(({ code, value }) => `${code} ${value}`))).toEqual([["too_few_cells 1"], [], ["too_many_cells 4"]]);
  });

  it("reads lines that are not UTF-8 as Windows-1252 and says so, line by line", async () => {
    const content = Buffer.concat([Buffer.from("A,B\nZoë,\n"), Buffer.from([0x5a, 0x6f, 0xeb, 0x20, 0x80, 0x2c, 0x0a])]);
    const rows = await readAll(content, layout);
    expect(rows.map((row) => [row.record?.a, row.warnings?.length])).toEqual([
      ["Zoë", 0],
      ["Zoë €", 1],
    ]);
    expect(rows[1]?.warnings?.[0]?.code).toBe("read_as_windows_1252");
  });

  it("loses only the row whose quotes are wrong", async () => {
    expect(await cellsOf('A,B\n1,"open\n2,x\n3,"y"\n4,"z" z\n5,\n6,"never\n7,\n')).toEqual([
      "malformed_quote",
      ["2", "x", ""],
      ["3", "y", ""],
      "malformed_quote",
      ["5", "", ""],
      "unclosed_quote",
      ["7", "", ""],
    ]);
  });

  it("loses only the row that is too large, on one line or on many", async () => {
    const content = `A,B\n1,${"x".repeat(300)}\n2,y\n3,"${"z\n".repeat(200)}"\n`;
    const rows = await readAll(content, layout, { max_record_bytes: 200 });
    expect(rows.slice(0, 3).map((row) => [row.row, row.line, row.fault ? row.fault.code : row.record.a])).toEqual([
      [1, 2, "record_too_large"],
      [2, 3, "2"],
      [3, 4, "record_too_large"],
    ]);
    expect(rows.slice(3, -1).every((row) => row.record?.a === "z")).toBe(true);
  });

  it.each([
    ["empty_file", ""],
    ["empty_file", "\n \r\n"],
    ["missing_column", "X,Y\n1,2\n"],
    ["missing_column", ",,\n1,2,3\n"],
    ["not_csv", "PK\u0003\u0004\u0014\u0000"],
    ["unsupported_encoding", Buffer.from("\uFEFFA,B\n1,2\n", "utf16le")],
    ["unreadable_heading", 'A,"B\n1,2\n'],
    ["unreadable_heading", `A,${"B".repeat(2_000_000)}\n`],
  ])("throws %s", async (code, content) => {
    const source = streamOf(content, 4_096);
    await expect(readRows(source, layout)).rejects.toMatchObject({ name: "DomainError", kind: "unprocessable", code });
    expect(source.destroyed).toBe(true);
  });

  it("names the missing column and the headings it found", async () => {
    const reading = readRows(streamOf("Link,Customer\n"), { required: ["a", "b"], headings: { a: ["Track URL"], b: ["Client"] } });
    await expect(reading).rejects.toMatchObject({ extra: { missing: ["a", "b"], found: ["Link", "Customer"] } });
    await expect(reading).rejects.toThrow('must name the column "Track URL", "Client". Found: Link, Customer.');
  });

  it("releases the source when reading stops early", async () => {
    const source = streamOf("A\n1\n2\n3\n");
    const { rows } = await readRows(source, layout);
    for await (const row of rows) if (row.row === 2) break;
    expect(source.destroyed).toBe(true);
  });

  it("passes on an error of the source", async () => {
    const broken = async function* () {
      yield Buffer.from("A\n1\n2");
      throw new Error("connection reset");
    };
    const { rows } = await readRows(broken(), layout);
    await expect(Array.fromAsync(rows)).rejects.toThrow("connection reset");
  });
});

/** Cells that hold what makes CSV hard, but no CR, which a quoted line break may lose. */
const cell = fc.string({ unit: fc.constantFrom("a", "é", "🎵", ",", ";", '"', "\n", " ", "="), maxLength: 6 });
const table = fc.array(fc.tuple(cell, cell, cell), { maxLength: 12 });
const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
const written = (text: string): string => (/[",\n;]/.test(text) ? quoted(text) : text);
const csvOf = (rows: readonly (readonly string[])[], newline: string): string =>
  [["A", "B", "C"], ...rows].map((row) => row.map(written).join(",") + newline).join("");
const notBlank = (row: readonly string[]): boolean => row.join(",").trim() !== "";

describe("readRows, for any table", () => {
  const newline = fc.constantFrom("\n", "\r\n");
  const chunkBytes = fc.integer({ min: 1, max: 40 });

  it("gives back what was written, and what csv-parse reads", async () => {
    await fc.assert(
      fc.asyncProperty(table, newline, chunkBytes, async (rows, end, size) => {
        const content = csvOf(rows.filter(notBlank), end);
        const found = (await readAll(content, layout, { chunkBytes: size })).map((row) => Object.values(row.record ?? {}));
        expect(found).toEqual(rows.filter(notBlank));
        expect(found).toEqual(parse(content, { from_line: 2, relax_quotes: true, skip_empty_lines: true }));
      }),
    );
  });

  it("gives each line's row once for any bytes, in any chunks, and the same suffix from any row", async () => {
    const hostile = fc.string({ unit: fc.constantFrom("a", "é", ",", '"', "\n", "\r\n", '""', " "), maxLength: 120 });
    await fc.assert(
      fc.asyncProperty(hostile, chunkBytes, fc.integer({ min: 1, max: 20 }), async (text, size, from_row) => {
        const content = `A,B,C\n${text}`;
        const options = { max_record_bytes: 60 };
        const rows = await readAll(content, layout, { ...options, chunkBytes: size });
        expect(rows.map((row) => row.row)).toEqual(rows.map((_, at) => at + 1));
        const numbers = rows.map((row) => row.line);
        expect(numbers).toEqual([...new Set(numbers)].toSorted((a, b) => a - b));
        expect(await readAll(content, layout, { ...options, from_row })).toEqual(rows.slice(from_row - 1));
      }),
      { numRuns: 300 },
    );
  });
});
