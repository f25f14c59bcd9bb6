import { createCipheriv, createDecipheriv, createHmac, randomBytes } from "node:crypto";
import { type DomainError, invalid } from "../errors.ts";

const VERSION = 1;
const LIFETIME_S = 24 * 3600;
const NONCE = 12;
const TAG = 16;
const ALGORITHM = "aes-256-gcm";

/** A key for each scope: nonces are random, so that one key must not seal too many; and the scope is bound by it. */
const keyOf = (secret: string, scope: string): Buffer => createHmac("sha256", secret).update(`groundswell.cursor.v${VERSION}\n${scope}`).digest();
const refused = (): DomainError =>
  invalid(
    [{ pointer: "/query/cursor", code: "bad_cursor", detail: "The cursor is not one of this list's, or is older than 24 hours; start again without it." }],
    "bad_cursor",
  );

/**
 * Seals where a query stopped, so that clients can neither read nor alter keys. AES-256-GCM under a key of `scope`
 * (tenant, actor's reach, route and filter), so that a cursor works only where it came from.
 */
export const sealCursor = (secret: string, scope: string, position: unknown, now: Date): string => {
  const nonce = randomBytes(NONCE);
  const cipher = createCipheriv(ALGORITHM, keyOf(secret, scope), nonce, { authTagLength: TAG });
  const clear = JSON.stringify({ t: Math.floor(now.getTime() / 1000), p: position });
  const body = Buffer.concat([cipher.update(clear, "utf8"), cipher.final()]);
  return Buffer.concat([Buffer.of(VERSION), nonce, cipher.getAuthTag(), body]).toString("base64url");
};

/** Throws DomainError `bad_cursor` for anything that was not sealed for this very scope within a day. */
export const openCursor = (secret: string, scope: string, cursor: string, now: Date): unknown => {
  try {
    const { t, p } = JSON.parse(unseal(secret, scope, cursor)) as { t: number; p: unknown };
    if (now.getTime() / 1000 - t > LIFETIME_S) throw refused();
    return p;
  } catch {
    throw refused();
  }
};

const unseal = (secret: string, scope: string, cursor: string): string => {
  const bytes = Buffer.from(cursor, "base64url");
  // Decoding is lenient; only the one spelling that we would write is accepted.
  if (bytes[0] !== VERSION || bytes.toString("base64url") !== cursor) throw refused();
  const [nonce, tag, body] = [bytes.subarray(1, 1 + NONCE), bytes.subarray(1 + NONCE, 1 + NONCE + TAG), bytes.subarray(1 + NONCE + TAG)];
  const decipher = createDecipheriv(ALGORITHM, keyOf(secret, scope), nonce, { authTagLength: TAG }).setAuthTag(tag);
  return Buffer.concat([decipher.update(body), decipher.final()]).toString("utf8");
};
