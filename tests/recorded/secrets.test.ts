import { expect, it } from "vitest";
import { figures } from "../support/figures.ts";
import { isWholeSuite, readRecords } from "../support/recorder/records.ts";
import { secretIn } from "../support/recorder/secrets.ts";

const { leaks, looked, files } = readRecords();

/** Texts that carry what they carry on purpose. */
const MEANT: Readonly<Record<string, string>> = {
  "message identity.send-mail.v1": "Who asks for a new password names an address; only the worker finds out whether anybody has it.",
};

it("no log line, message, event or problem of the whole suite holds a token, an address, a password or a secret", () => {
  expect(leaks.filter(({ where }) => !(where in MEANT)).map(({ where, text }) => `${where} holds ${text}`)).toEqual([]);
  if (isWholeSuite(files)) expect(looked).toBeGreaterThan(1_000);
  figures("S11", { texts: looked, leaks: 0 });
});
it("a secret would be seen", () => {
  for (const text of [`gsa_${"A".repeat(60)}`, "somebody@example.com", "s-AbCdEfGhIjK", "correct horse battery"]) expect(secretIn(`"x": "${text}"`)).toBe(text);
  expect(secretIn("nothing of the kind")).toBeUndefined();
});
