import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { equalTexts, idsInToken, newToken, sha256 } from "../../../../shared/kernel/crypto/tokens.ts";
import { systemIds } from "../../../../shared/kernel/ids.ts";

describe("tokens", () => {
  it("carries its ids and 32 random bytes", () => {
    fc.assert(
      fc.property(fc.array(fc.uuid(), { maxLength: 3 }), (ids) => {
        const token = newToken(systemIds, "gsa_", ...ids);
        expect(token).toMatch(/^gsa_[\w-]+$/);
        expect(idsInToken("gsa_", ids.length, token)).toEqual(ids);
        expect(newToken(systemIds, "gsa_", ...ids)).not.toBe(token);
      }),
    );
  });

  it("is none with another prefix, length or encoding", () => {
    const token = newToken(systemIds, "gsa_", systemIds.uuid());
    for (const other of ["", "gsa_", token.replace("gsa_", "gsk_"), token.slice(0, -1), `${token}A`, `${token}=`, `${token.slice(0, 10)}!${token.slice(11)}`])
      expect(idsInToken("gsa_", 1, other), other).toBeUndefined();
    expect(idsInToken("gsa_", 2, token)).toBeUndefined();
  });

  it("takes only UUIDs", () => {
    expect(() => newToken(systemIds, "gsa_", "no-uuid")).toThrow("no-uuid");
  });

  it("hashes as SHA-256 does", () => {
    expect(sha256("abc")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  });

  it("compares texts", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (a, b) => {
        expect(equalTexts(a, b)).toBe(Buffer.from(a).equals(Buffer.from(b)));
      }),
    );
    expect(equalTexts("same", "same")).toBe(true);
  });
});
