import { parse } from "csv-parse/sync";
import { describe, expect, it } from "vitest";
import { csvDocument } from "../../../../shared/kernel/export/csv-document.ts";

async function* each<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}
const written = async (columns: readonly string[], records: readonly Record<string, unknown>[]): Promise<string> =>
  (await Array.fromAsync(csvDocument(columns, each(records)))).join("");

describe("csvDocument", () => {
  it("names the columns and keeps their order; what is missing is an empty cell", async () => {
    expect(
      await written(
        ["a", "b", "c"],
        [
          { c: 0, a: "x" },
          { b: null, c: false },
        ],
      ),
    ).toBe("a,b,c\r\nx,,0\r\n,,false\r\n");
  });
  it("writes the columns of an empty list, and no byte order mark", async () => {
    expect(await written(["a", "b"], [])).toBe("a,b\r\n");
  });
  it.each(["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n", "\0x", " =1", "\u00a0\u200b@x", "＝1", "－1"])(
    "puts %j out of a spreadsheet's reach",
    async (text) => {
      expect(parse(await written(["a"], [{ a: text }]))).toEqual([["a"], [`'${text}`]]);
    },
  );
  it("leaves numbers their sign, and text its quotes, lines and commas", async () => {
    const records = [{ a: -3, b: 'says "no", twice\nand = in the middle' }];
    expect(parse(await written(["a", "b"], records), { columns: true })).toEqual([{ a: "-3", b: records[0]!.b }]);
  });
  it.each(["-100.00", "-0.01"])("leaves the amount %s its sign", async (amount) => {
    expect(parse(await written(["a"], [{ a: amount }]))).toEqual([["a"], [amount]]);
  });
  it.each(["-100.00+cmd|' /C calc'!A0", "-1.00 ", "-1.000", "-(1.00)"])("takes %j for no amount", async (text) => {
    expect(parse(await written(["a"], [{ a: text }]))).toEqual([["a"], [`'${text}`]]);
  });
  it("joins lists, the first of which may be a formula too, and shows objects as JSON", async () => {
    expect(parse(await written(["a", "b"], [{ a: ["=x", "y"], b: { note: "=z" } }]), { columns: true })).toEqual([{ a: "'=x; y", b: '{"note":"=z"}' }]);
  });
});
