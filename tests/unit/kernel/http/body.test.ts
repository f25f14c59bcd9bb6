import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readJson } from "../../../../shared/kernel/http/body.ts";

const asText = (body: string) => ({ body, isBase64Encoded: false, headers: { "content-type": "application/json" } });
const asBytes = (body: string) => ({ ...asText(Buffer.from(body).toString("base64")), isBase64Encoded: true });

/** JSON values that no rule forbids: at most 32 levels, whole texts without U+0000, no `__proto__`, no field without a name, no number beyond the safe integers or very near to 0. */
const value = fc.jsonValue({ maxDepth: 8, stringUnit: "grapheme" }).filter((one) => !/\\u0000|__proto__|"":|e-\d{3}|e\+|\d{16}/.test(JSON.stringify(one)));

describe("readJson", () => {
  it("reads every JSON value as JSON.parse does, from text and from bytes", () => {
    fc.assert(
      fc.property(value, fc.nat(3), (one, space) => {
        const text = JSON.stringify(one, undefined, space);
        const read = { value: JSON.parse(text) as unknown, faults: [] };
        expect(readJson(asText(text))).toEqual(read);
        expect(readJson(asBytes(text))).toEqual(read);
      }),
      { seed: 7, numRuns: 300 },
    );
  });

  it("finds a field that comes twice, wherever it is and however it is written", () => {
    const name = fc.string({ unit: "grapheme", minLength: 1, maxLength: 5 }).filter((one) => one !== "__proto__" && !one.includes("\0"));
    const escaped = (text: string): string =>
      `"${[...text].map((sign) => [...Array(sign.length).keys()].map((at) => `\\u${sign.charCodeAt(at).toString(16).padStart(4, "0")}`).join("")).join("")}"`;
    fc.assert(
      fc.property(name, value, value, fc.boolean(), fc.nat(5), (field, one, other, written, depth) => {
        const inner = `{${JSON.stringify(field)}: ${JSON.stringify(one)}, ${written ? escaped(field) : JSON.stringify(field)} : ${JSON.stringify(other)}}`;
        const text = `${'[{"a":'.repeat(depth)}${inner}${"}]".repeat(depth)}`;
        expect(() => readJson(asText(text))).toThrow(
          expect.objectContaining({ code: "malformed_json", errors: [expect.objectContaining({ code: "duplicate_field" })] }),
        );
      }),
      { seed: 8, numRuns: 300 },
    );
  });

  it.each(["5e-324", "-1E-131", `0.${"0".repeat(131)}1`, `0.${"0".repeat(99)}1e-40`, "9007199254740993", "-1e16", "1e400"])(
    "tells of %s, which no table keeps, where it stands",
    (number) => {
      expect(readJson(asText(`{"a":[1,${number}]}`)).faults).toEqual([expect.objectContaining({ pointer: "/a/1", code: "unsafe_number" })]);
    },
  );

  it.each(['{"a":{"" : 1}}', '{"a":{"":1}}'])("tells of a field without a name: %s", (text) => {
    expect(readJson(asText(text)).faults).toEqual([expect.objectContaining({ pointer: "/a/", code: "unnamed_field" })]);
  });

  it("tells of all that no schema should have to think of, each at its place", () => {
    const text = String.raw`{"a":[1e20,"\u0000",{"":1}],"__proto__":{"b":5e-324},"b":"\ud83d"}`;
    expect(readJson(asText(text)).faults.map(({ pointer, code }) => [pointer, code])).toEqual([
      ["/a/0", "unsafe_number"],
      ["/a/1", "unsafe_text"],
      ["/a/2/", "unnamed_field"],
      ["/__proto__", "unknown_field"],
      ["/b", "unsafe_text"],
    ]);
  });

  it("takes what a table keeps, up to its limits", () => {
    const kept = { least: 1e-130, most: Number.MAX_SAFE_INTEGER, none: 0, text: "5e-324", long: "17900000000000001", empty: "" };
    expect(readJson(asText(JSON.stringify(kept)))).toEqual({ value: kept, faults: [] });
  });

  it("reads nothing where nothing was sent, whatever its type is said to be", () => {
    expect(readJson({ isBase64Encoded: false, headers: {} })).toEqual({ faults: [] });
    expect(readJson({ body: "", isBase64Encoded: false, headers: { "content-type": "text/plain" } })).toEqual({ faults: [] });
  });

  it("counts bytes, not characters", () => {
    expect(readJson(asText('"éé"'), 6).value).toBe("éé");
    expect(() => readJson(asText('"ééé"'), 6)).toThrow(expect.objectContaining({ kind: "too_large" }));
  });

  it("takes time in proportion to the length of an open text full of escaped quotes", () => {
    const started = performance.now();
    expect(() => readJson(asText(`{"a":"${'\\"'.repeat(120_000)}`))).toThrow(expect.objectContaining({ code: "malformed_json" }));
    expect(performance.now() - started).toBeLessThan(200);
  });
});
