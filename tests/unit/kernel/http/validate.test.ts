import { describe, expect, it } from "vitest";
import * as z from "zod";
import type { Violation } from "../../../../shared/kernel/errors.ts";
import { check, refusal } from "../../../../shared/kernel/http/validate.ts";

const found = (schema: z.ZodType, value: unknown, root = ""): string[] => {
  const violations: Violation[] = [];
  check(schema, value, root, violations);
  return violations.map(({ pointer, code }) => `${pointer} ${code}`);
};

describe("check", () => {
  it("returns the parsed value and finds nothing when all is well", () => {
    const violations: Violation[] = [];
    expect(check(z.strictObject({ a: z.string().default("x") }), {}, "", violations)).toEqual({ a: "x" });
    expect(violations).toEqual([]);
  });

  it.each<[string, z.ZodType, unknown, string[]]>([
    ["an escaped pointer", z.strictObject({ "a/b~c": z.string() }), { "a/b~c": 1 }, ["/a~1b~0c type"]],
    ["a position in a list", z.strictObject({ list: z.array(z.strictObject({ n: z.int() })) }), { list: [{ n: 1 }, { n: 1.5 }] }, ["/list/1/n type"]],
    [
      "a field that is missing",
      z.strictObject({ a: z.string(), b: z.enum(["x"]), c: z.literal(1), d: z.union([z.string(), z.int()]) }),
      {},
      ["/a required", "/b required", "/c required", "/d required"],
    ],
    [
      "every unknown field",
      z.strictObject({ in: z.strictObject({}) }),
      { in: { x: 1, y: 2 }, z: 3 },
      ["/in/x unknown_field", "/in/y unknown_field", "/z unknown_field"],
    ],
    ["a format", z.strictObject({ id: z.uuid(), on: z.iso.date() }), { id: "x", on: "2026-02-30" }, ["/id format", "/on format"]],
    [
      "bounds",
      z.strictObject({ a: z.int().max(1), b: z.string().min(2), c: z.array(z.int()).max(1), d: z.int().multipleOf(5) }),
      { a: 2, b: "x", c: [1, 2], d: 7 },
      ["/a too_big", "/b too_small", "/c too_big", "/d multiple_of"],
    ],
    ["a value that is none of the allowed", z.strictObject({ a: z.enum(["x", "y"]) }), { a: "z" }, ["/a not_allowed"]],
    ["a variant that is none", z.strictObject({ a: z.union([z.string(), z.int()]) }), { a: true }, ["/a no_variant"]],
    ["a name that breaks its rule", z.record(z.string().max(1), z.int()), { ab: 1 }, ["/ab bad_name"]],
    ["a rule of its own", z.strictObject({ a: z.int().refine((n) => n !== 3) }), { a: 3 }, ["/a rule"]],
  ])("finds %s", (_, schema, value, expected) => {
    expect(found(schema, value).toSorted()).toEqual(expected.toSorted());
  });

  it("points below the part of the request", () => {
    expect(found(z.strictObject({ a: z.int() }), { a: "x" }, "/query")).toEqual(["/query/a type"]);
  });
});

describe("refusal", () => {
  const violation = (n: number): Violation => ({ pointer: `/${n}`, code: "type", detail: "Wrong." });

  it("lists 100 in full and counts what is more", () => {
    const all = Array.from({ length: 101 }, (_, n) => violation(n));
    expect(refusal(all.slice(0, 100)).errors).toEqual(all.slice(0, 100));
    expect(refusal(all).errors).toEqual([...all.slice(0, 100), { pointer: "", code: "more", detail: "1 more violations are not listed." }]);
  });

  it("is invalid_request unless another code is given", () => {
    expect([refusal([violation(1)]).code, refusal([violation(1)], "bad_cursor").code]).toEqual(["invalid_request", "bad_cursor"]);
  });
});
