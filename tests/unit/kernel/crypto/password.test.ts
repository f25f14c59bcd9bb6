import { dictionary } from "@zxcvbn-ts/language-common";
import { describe, expect, it } from "vitest";
import { figures } from "../../../support/figures.ts";
import { hashPassword, needsRehash, passwordViolations, verifyPassword } from "../../../../shared/kernel/crypto/password.ts";

const codes = (password: string, own?: string[]): string[] => passwordViolations(password, own).map(({ code }) => code);
const median = (times: number[]): number => times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)]!;

describe("hashPassword", () => {
  it("verifies the password and no other, under a new salt each time", async () => {
    const [one, two] = [await hashPassword("correct horse"), await hashPassword("correct horse")];
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/);
    expect(one).not.toBe(two);
    expect(await verifyPassword("correct horse", one)).toBe(true);
    expect(await verifyPassword("correct horsf", one)).toBe(false);
    expect(needsRehash(one)).toBe(false);
  });

  it("cuts nothing off: a long password counts to its last character", async () => {
    const stored = await hashPassword(`${"x".repeat(120)}a`);
    expect(await verifyPassword(`${"x".repeat(120)}b`, stored)).toBe(false);
    expect(await verifyPassword(`${"x".repeat(120)}a`, stored)).toBe(true);
  });

  it("knows a composed accent for the same text", async () => {
    expect(await verifyPassword("caf\u00e9-concert", await hashPassword("cafe\u0301-concert"))).toBe(true);
  });

  // Made with the reference implementation: argon2 somesalt -id -t 2 -k 65536 -p 1 -l 24, password "password".
  it("verifies another implementation's hash at another cost, and asks to make it anew", async () => {
    const foreign = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
    expect(await verifyPassword("password", foreign)).toBe(true);
    expect(await verifyPassword("passwore", foreign)).toBe(false);
    expect(needsRehash(foreign)).toBe(true);
  });

  it("says no to what is not a hash, or costs too much to try", async () => {
    for (const broken of ["", "plain", "$2b$10$abc", "$argon2id$v=19$m=9999999,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"]) {
      expect(await verifyPassword("password", broken), broken).toBe(false);
      expect(needsRehash(broken), broken).toBe(true);
    }
  });

  it("does the same work for an unknown user", async () => {
    const stored = await hashPassword("correct horse");
    const time = async (phc: string | undefined): Promise<number> => {
      const from = performance.now();
      expect(await verifyPassword("wrong horse", phc)).toBe(false);
      return performance.now() - from;
    };
    const [known, unknown]: [number[], number[]] = [[], []];
    for (let round = 0; round < 15; round += 1) {
      known.push(await time(stored));
      unknown.push(await time(undefined));
    }
    expect(median(unknown) / median(known)).toBeGreaterThan(0.5);
    expect(median(unknown) / median(known)).toBeLessThan(2);
  });
});

describe("passwordViolations", () => {
  it("counts characters, not bytes", () => {
    expect(codes("1234567")).toEqual(["too_short"]);
    expect(codes("🎧🎵🎶🎷🎸🎹🎺")).toEqual(["too_short"]);
    expect(codes("🎧🎵🎶🎷🎸🎹🎺🎻")).toEqual([]);
    expect(codes(`x${"ab".repeat(64)}`)).toEqual(["too_long"]);
    expect(codes(`xy${"ab".repeat(63)}`)).toEqual([]);
  });

  it("refuses common passwords, also in capitals or with digits behind them, and repetitions", () => {
    for (const common of [
      "password",
      "PassWord",
      "password!",
      "iloveyou99",
      "12345678",
      "qwertyuiop",
      "aaaaaaaaa",
      "abcabcabcabc",
      "SoundCloud1",
      "groundswell2026",
    ])
      expect(codes(common), common).toEqual(["common"]);
    for (const fine of ["violet-otter-11", "Tr0ub4dor&3x", "a long sentence nobody sings"]) expect(codes(fine), fine).toEqual([]);
  });

  it("refuses each of the 3,000 most common ones that are long enough", () => {
    const leaked = (dictionary["passwords-common"] as readonly string[]).filter((word) => word.length >= 8).slice(0, 3000);
    expect(leaked.filter((word) => !codes(word).includes("common"))).toEqual([]);
    expect(leaked.length).toBe(3000);
    figures("S13", { "common passwords refused": leaked.length });
  });

  it("refuses the user's own address", () => {
    expect(codes("Ada@Example.com", ["ada@example.com"])).toEqual(["guessable"]);
  });
});
