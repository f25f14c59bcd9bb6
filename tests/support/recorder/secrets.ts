import { countLooked, recordLeak } from "./records.ts";

/** What may never be written down, known by its shape: our tokens, addresses, passwords of tests, secret tokens of tracks. */
const SECRETS: readonly RegExp[] = [
  /\bgs[a-z]_[\w-]{40,}/,
  /[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.(?:com|org|net|test|example)\b/,
  /\bs-[A-Za-z\d]{11}\b/,
  /correct horse battery/i,
  /canary-secret/,
];

export const secretIn = (text: string): string | undefined => SECRETS.map((secret) => secret.exec(text)?.[0]).find((found) => found !== undefined);

/** Notes for the end of the run when a text that leaves the function holds a secret. */
export const lookForSecrets = (where: string, value: unknown): void => {
  countLooked();
  const found = secretIn(typeof value === "string" ? value : (JSON.stringify(value) ?? ""));
  if (found !== undefined) recordLeak({ where, text: found });
};
