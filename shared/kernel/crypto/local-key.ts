import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { type MasterKey, unreadable } from "./vault.ts";

const NONCE = 12;
const TAG = 16;

/** A master key held in memory, for tests. `older` are keys it can still unwrap with, as KMS can after a rotation. */
export const localKey = (id: string, secret: Uint8Array, older: readonly Uint8Array[] = []): MasterKey => ({
  id,
  newDataKey: async (org_id) => {
    const clear = randomBytes(32);
    const nonce = randomBytes(NONCE);
    const cipher = createCipheriv("aes-256-gcm", secret, nonce).setAAD(Buffer.from(org_id));
    const body = Buffer.concat([cipher.update(clear), cipher.final()]);
    return { clear, wrapped: Buffer.concat([nonce, cipher.getAuthTag(), body]) };
  },
  unwrap: async (wrapped, org_id) => {
    for (const key of [secret, ...older]) {
      const clear = unwrapWith(key, wrapped, org_id);
      if (clear) return clear;
    }
    throw unreadable();
  },
});

const unwrapWith = (key: Uint8Array, wrapped: Uint8Array, org_id: string): Uint8Array | undefined => {
  try {
    const decipher = createDecipheriv("aes-256-gcm", key, wrapped.subarray(0, NONCE), { authTagLength: TAG })
      .setAAD(Buffer.from(org_id))
      .setAuthTag(wrapped.subarray(NONCE, NONCE + TAG));
    return Buffer.concat([decipher.update(wrapped.subarray(NONCE + TAG)), decipher.final()]);
  } catch {
    return undefined;
  }
};
