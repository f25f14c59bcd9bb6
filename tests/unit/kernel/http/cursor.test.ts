import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { openCursor, sealCursor } from "../../../../shared/kernel/http/cursor.ts";

const now = new Date("2026-11-20T09:00:00.000Z");
const bad = expect.objectContaining({ code: "bad_cursor", kind: "invalid" });

describe("cursors", () => {
  it("open to what was sealed, under the same secret and scope only", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.string(), fc.string(), (position, scope, other) => {
        const cursor = sealCursor("secret", scope, position, now);
        expect(cursor).toMatch(/^[\w-]+$/);
        expect(openCursor("secret", scope, cursor, now)).toEqual(JSON.parse(JSON.stringify(position)));
        expect(() => openCursor("another secret", scope, cursor, now)).toThrow(bad);
        if (other !== scope) expect(() => openCursor("secret", other, cursor, now)).toThrow(bad);
      }),
      { seed: 3, numRuns: 200 },
    );
  });

  it("never look the same twice", () => {
    expect(new Set(Array.from({ length: 100 }, () => sealCursor("secret", "scope", ["x"], now))).size).toBe(100);
  });

  it("refuse any text and any bytes with the same error", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.uint8Array({ maxLength: 100 }).map((bytes) => Buffer.from([1, ...bytes]).toString("base64url")),
        ),
        (cursor) => {
          expect(() => openCursor("secret", "scope", cursor, now)).toThrow(bad);
        },
      ),
      { seed: 4, numRuns: 500 },
    );
  });

  it("end after 24 hours", () => {
    const cursor = sealCursor("secret", "scope", 1, now);
    expect(openCursor("secret", "scope", cursor, new Date(now.getTime() + 86_400_000))).toBe(1);
    expect(() => openCursor("secret", "scope", cursor, new Date(now.getTime() + 86_401_000))).toThrow(bad);
  });
});
