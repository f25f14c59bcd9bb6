import { createCipheriv, createDecipheriv, createHash, randomBytes } from "node:crypto";
import { invalid } from "../errors.ts";

const VERSION = 1;
const LIFETIME_S = 24 * 3600;

const keyOf = (secret: string): Buffer => createHash("sha256").update(`groundswell.cursor.v${VERSION}\n${secret}`).digest();
const refused = () => invalid([{ pointer: "/query/cursor", code: "bad_cursor", detail: "The cursor is not one of this list's, or is older than 24 hours; start again without it." }], "bad_cursor");

/**
 * Seals where a query stopped, so that clients can neither read nor alter keys. AES-256-GCM; `scope` (tenant, actor's
 * reach, route and filter) is authenticated with it, so that a cursor works only where it came from.
 */
export const sealCursor = (secret: string, scope: string, position: unknown, now: Date): string => {
  const nonce = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", keyOf(secret), nonce).setAAD(Buffer.from(scope));
  const clear = JSON.stringify({ t: Math.floor(now.getTime() / 1000), p: position });
  const body = Buffer.concat([cipher.update(clear, "utf8"), cipher.final()]);
  return Buffer.concat([Buffer.of(VERSION), nonce, cipher.getAuthTag(), body]).toString("base64url");
};

/** Throws DomainError `bad_cursor` for anything that was not sealed for this very scope within a day. */
export const openCursor = (secret: string, scope: string, cursor: string, now: Date): unknown => {
  try {
    const bytes = Buffer.from(cursor, "base64url");
    if (bytes[0] !== VERSION || bytes.toString("base64url") !== cursor) throw refused();
    const decipher = createDecipheriv("aes-256-gcm", keyOf(secret), bytes.subarray(1, 13)).setAAD(Buffer.from(scope)).setAuthTag(bytes.subarray(13, 29));
    const clear = Buffer.concat([decipher.update(bytes.subarray(29)), decipher.final()]).toString("utf8");
    const { t, p } = JSON.parse(clear) as { t: number; p: unknown };
    if (now.getTime() / 1000 - t > LIFETIME_S) throw refused();
    return p;
  } catch {
    throw refused();
  }
};
