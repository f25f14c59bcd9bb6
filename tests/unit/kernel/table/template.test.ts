import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { template } from "../../../../shared/kernel/table/template.ts";

describe("template", () => {
  it("puts fields into text", () => {
    expect(template("{org_id}#S#{id}").of({ org_id: "o", id: "i", more: 1 })).toBe("o#S#i");
    expect(template("S").of({})).toBe("S");
    expect(template("{on}#{open}").of({ on: 3, open: true })).toBe("3#true");
  });

  it("has no key where a field is missing", () => {
    const due = template("{org_id}#D#{due}");
    expect([due.of({ org_id: "o" }), due.of({ org_id: "o", due: null }), due.of({ org_id: "o", due: "" })]).toEqual([undefined, undefined, "o#D#"]);
  });

  it("sorts numbers by padding them, and refuses those that would not sort", () => {
    const seq = template("L#{seq:4}");
    const numbers = fc.array(fc.integer({ min: 0, max: 9_999 }));
    fc.assert(
      fc.property(
        numbers,
        (all) => void expect(all.map((n) => seq.of({ seq: n })!).toSorted()).toEqual(all.toSorted((a, b) => a - b).map((n) => seq.of({ seq: n }))),
      ),
    );
    for (const wrong of [10_000, -1, 1.5, Number.NaN]) expect(() => seq.of({ seq: wrong })).toThrow("seq");
  });

  it("gives different values different keys, whatever they contain", () => {
    const pair = template("{a}#{b}");
    const text = fc.string({ unit: fc.constantFrom("#", "%", "2", "3", "5", "a") });
    fc.assert(
      fc.property(text, text, text, text, (a, b, c, d) => {
        const same = a === c && b === d;
        expect(pair.of({ a, b }) === pair.of({ a: c, b: d })).toBe(same);
      }),
    );
  });

  it("reaches as far as fields are given, for prefixes", () => {
    const sort = template("G#{family}#{name}");
    expect([sort.prefix({}), sort.prefix({ family: "f" }), sort.prefix({ family: "f", name: "n" }), sort.prefix({ name: "n" })]).toEqual([
      "G#",
      "G#f#",
      "G#f#n",
      "G#",
    ]);
  });

  it("has one key for each element of a list", () => {
    const mails = template("{org_id}#{emails[]}");
    expect(mails.all({ org_id: "o", emails: ["a", "b", "a"] })).toEqual(["o#a", "o#b"]);
    expect([mails.all({ org_id: "o", emails: [] }), mails.all({ org_id: "o" }), mails.all({ emails: ["a"] })]).toEqual([[], [], []]);
    expect(template("{org_id}#{handle}").all({ org_id: "o", handle: "h" })).toEqual(["o#h"]);
  });

  it("spreads items over its shards evenly, each always in the same", () => {
    const sharded = template("OUTBOX#{%4}");
    const counts = new Map<string, number>();
    for (let n = 0; n < 4_000; n++) {
      const key = sharded.of({}, `org-${n}`)!;
      expect(sharded.of({}, `org-${n}`)).toBe(key);
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    expect([...counts.keys()].toSorted()).toEqual(["OUTBOX#0", "OUTBOX#1", "OUTBOX#2", "OUTBOX#3"]);
    for (const count of counts.values()) expect(count).toBeGreaterThan(850);
    expect([sharded.shards, sharded.of({ "%4": 2 })]).toEqual([4, "OUTBOX#2"]);
  });

  it("reads back what it put into a key, whatever that contains", () => {
    const text = fc.string({ unit: fc.constantFrom("#", "%", "2", "3", "5", "A") });
    const key = template("{a}#A#{b}#{n:3}#{%4}");
    fc.assert(
      fc.property(text, text, fc.nat({ max: 999 }), (a, b, n) => void expect(key.read(key.of({ a, b, n })!)).toEqual({ a, b, n: String(n).padStart(3, "0") })),
    );
    expect(template("S").read("S")).toEqual({});
  });

  it("reads nothing from a key of another template, and from those that do not tell", () => {
    const key = template("M#{a}#A#{b}");
    expect(["x#A#y", "M#x#B#y", "M#x#A#y#z", "M#x#z#A#y", "M#x"].map((other) => key.read(other))).toEqual(Array.from({ length: 5 }));
    expect(template("{org_id}#{emails[]}").read("o#a")).toBeUndefined();
    expect(template("{at}{id}").read("ab")).toBeUndefined();
  });

  it.each(["{}", "{a b}", "{a:x}", "{a[}", "{%}", "{a:}"])("refuses %s", (source) => {
    expect(() => template(source)).toThrow(source);
  });
});
