import { hash, timingSafeEqual } from "node:crypto";
import type { Ids } from "../context.ts";

const ID_BYTES = 16;
const SECRET_BYTES = 32;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** SHA-256 in hex: how tokens of 32 random bytes are stored. */
export const sha256 = (text: string): string => hash("sha256", text);

/** Compares two texts in a time that depends on neither, other than by their length. */
export const equalTexts = (a: string, b: string): boolean => {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
};

const idBytes = (id: string): Buffer => {
  if (!UUID.test(id)) throw new Error(`A token can only carry UUIDs, not "${id}".`);
  return Buffer.from(id.replaceAll("-", ""), "hex");
};

const idText = (bytes: Buffer, at: number): string => {
  const hex = bytes.toString("hex", at, at + ID_BYTES);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
};

/** A bearer token: the prefix, then base64url of the ids that find its record and 32 random bytes. Store its `sha256` only. */
export const newToken = (ids: Ids, prefix: string, ...carried: readonly string[]): string =>
  prefix + Buffer.concat([...carried.map(idBytes), Buffer.from(ids.secret(), "base64url")]).toString("base64url");

/**
 * The ids a token carries, or undefined for a text that is no such token. Says nothing of whether it is known: another
 * spelling of the same bytes has the same ids and another hash.
 */
export const idsInToken = (prefix: string, count: number, token: string): string[] | undefined => {
  const length = count * ID_BYTES + SECRET_BYTES;
  if (token.length !== prefix.length + Math.ceil((length * 8) / 6) || !token.startsWith(prefix)) return undefined;
  const bytes = Buffer.from(token.slice(prefix.length), "base64url");
  if (bytes.length !== length) return undefined;
  const ids: string[] = [];
  for (let index = 0; index < count; index++) ids.push(idText(bytes, index * ID_BYTES));
  return ids;
};
