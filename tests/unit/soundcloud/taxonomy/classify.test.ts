import { describe, expect, it } from "vitest";
import { classify, validatePatterns } from "../../../../shared/soundcloud/taxonomy/classify.ts";

const subgenre = (name: string, patterns: string[], order_index = 0) => ({ id: `id of ${name}`, name, patterns, order_index });
const TAXONOMY = [
  subgenre("House", ["house"], 2),
  subgenre("Deep House", ["deep house", "deephouse"], 3),
  subgenre("Drum & Bass", ["drum & bass", "d&b", "dnb"], 1),
  subgenre("R&B", ["r&b", "r'n'b"], 4),
  subgenre("Straßenrap", ["straßenrap"], 5),
  subgenre("Кизомба", ["кизомба"], 6),
];
const found = (text: string, taxonomy = TAXONOMY) => {
  const result = classify(text, taxonomy);
  return result && [result.subgenre.name, result.pattern];
};

describe("classify", () => {
  it.each([
    ["House", ["House", "house"]],
    ["a HOUSE track", ["House", "house"]],
    ["Deep House / Techno", ["Deep House", "deep house"]],
    ["deep   house", ["Deep House", "deep house"]],
    ["#deephouse", ["Deep House", "deephouse"]],
    ["some d&b!", ["Drum & Bass", "d&b"]],
    ["R&B", ["R&B", "r&b"]],
    ["STRASSENRAP", ["Straßenrap", "straßenrap"]],
    ["КИЗОМБА 2026", ["Кизомба", "кизомба"]],
  ])("%s", (text, expected) => {
    expect(found(text)).toEqual(expected);
  });

  it.each(["warehouse", "house2", "houses", "deep-hous", "xd&b", "d&bx", "", "кизомбаx"])("finds nothing in %j", (text) => {
    expect(found(text)).toBeUndefined();
  });

  it("finds a whole word after a part of another", () => {
    expect(found("warehouse house")).toEqual(["House", "house"]);
  });

  it("takes patterns literally", () => {
    expect(found("hiphop", [subgenre("Any", ["h.*p"])])).toBeUndefined();
    expect(found("h.*p", [subgenre("Any", ["h.*p"])])).toEqual(["Any", "h.*p"]);
  });

  it("prefers the longest pattern, then the lower order, then the name", () => {
    expect(found("acid jazz", [subgenre("Jazz", ["jazz"], 0), subgenre("Acid Jazz", ["acid jazz"], 9)])).toEqual(["Acid Jazz", "acid jazz"]);
    expect(found("soul jazz", [subgenre("Jazz", ["jazz"], 2), subgenre("Soul", ["soul"], 1)])).toEqual(["Soul", "soul"]);
    expect(found("soul jazz", [subgenre("Soul", ["soul"]), subgenre("Jazz", ["jazz"])])).toEqual(["Jazz", "jazz"]);
  });

  it("ignores blank patterns", () => {
    expect(found("anything", [subgenre("Blank", ["", "  "])])).toBeUndefined();
  });
});

describe("validatePatterns", () => {
  it("names each pattern without a word and each repeated one", () => {
    expect(validatePatterns(["house", " ", "&&", "HOUSE", "r&b"]).map(({ pointer, code }) => `${pointer} ${code}`)).toEqual([
      "/patterns/1 no_word",
      "/patterns/2 no_word",
      "/patterns/3 duplicate",
    ]);
  });
});
