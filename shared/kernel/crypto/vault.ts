import { createCipheriv, createDecipheriv, createHash, randomBytes } from "node:crypto";
import type { Ctx } from "../context.ts";
import { DomainError } from "../errors.ts";

/** What a secret belongs to: its org, and the item and field that hold it. It opens only for exactly the same. */
export interface SecretContext {
  readonly org_id: string;
  readonly entity: string;
  readonly id: string;
  readonly field: string;
}

/** Seals secrets before they are stored. The text it makes may be kept anywhere. */
export interface Vault {
  seal(ctx: Ctx, plaintext: string, context: SecretContext): Promise<string>;
  /** Throws DomainError `secret_unreadable` for a text that was altered, or sealed for another context. */
  open(ctx: Ctx, sealed: string, context: SecretContext): Promise<string>;
  /** Whether the text was sealed under the master key now in use; if not, open it and seal it again. */
  isCurrent(sealed: string): boolean;
}

/** A data key, in clear for use and wrapped by the master key for storage. */
export interface DataKey {
  readonly clear: Uint8Array;
  readonly wrapped: Uint8Array;
}

/** The master key, which never leaves its keeper. A wrapped key opens only for the org it was made for. */
export interface MasterKey {
  readonly id: string;
  newDataKey(org_id: string): Promise<DataKey>;
  unwrap(wrapped: Uint8Array, org_id: string): Promise<Uint8Array>;
}

const FORMAT = "v1";
const NONCE = 12;
const TAG = 16;
const LABEL = 8;
const KEEP_MS = 5 * 60_000;
const KEEP_KEYS = 200;

/** The oldest entries leave when there are too many; none is used longer than five minutes. */
const shortMemory = <T>() => {
  const kept = new Map<string, { readonly value: Promise<T>; readonly until: number }>();
  return (now: number, name: string, make: () => Promise<T>): Promise<T> => {
    const found = kept.get(name);
    if (found && now < found.until) return found.value;
    kept.delete(name);
    const value = make();
    kept.set(name, { value, until: now + KEEP_MS });
    value.catch(() => kept.get(name)?.value === value && kept.delete(name));
    for (const oldest of kept.keys()) {
      if (kept.size <= KEEP_KEYS) break;
      kept.delete(oldest);
    }
    return value;
  };
};

/**
 * Envelope encryption: AES-256-GCM under a data key of the org, itself wrapped by the master key and stored with the
 * text. The context is authenticated, so a sealed text moved to another item or org does not open.
 */
export const vaultOver = (master: MasterKey): Vault => {
  const forSealing = shortMemory<DataKey>();
  const forOpening = shortMemory<Uint8Array>();
  const label = createHash("sha256").update(master.id).digest("base64url").slice(0, LABEL);
  return {
    seal: async (ctx, plaintext, context) => {
      const key = await forSealing(ctx.clock.now().getTime(), context.org_id, () => reach(() => master.newDataKey(context.org_id)));
      return [FORMAT, label, Buffer.from(key.wrapped).toString("base64url"), encrypt(key.clear, plaintext, context)].join(".");
    },
    open: async (ctx, sealed, context) => {
      const [format, , wrapped, body, ...rest] = sealed.split(".");
      if (format !== FORMAT || !wrapped || !body || rest.length > 0) throw unreadable();
      const name = `${context.org_id}.${wrapped}`;
      const key = await forOpening(ctx.clock.now().getTime(), name, () => reach(() => master.unwrap(bytesOf(wrapped), context.org_id)));
      return decrypt(key, bytesOf(body), context);
    },
    isCurrent: (sealed) => sealed.startsWith(`${FORMAT}.${label}.`),
  };
};

const authenticated = ({ org_id, entity, id, field }: SecretContext): Buffer => Buffer.from(JSON.stringify([FORMAT, org_id, entity, id, field]));

const encrypt = (key: Uint8Array, plaintext: string, context: SecretContext): string => {
  const nonce = randomBytes(NONCE);
  const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(authenticated(context));
  const body = Buffer.concat([cipher.update(plaintext, "utf8"), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), body]).toString("base64url");
};

/** Only the one text that these bytes are written as: every altered character is refused. */
const bytesOf = (text: string): Buffer => {
  const bytes = Buffer.from(text, "base64url");
  if (bytes.toString("base64url") !== text) throw unreadable();
  return bytes;
};

const decrypt = (key: Uint8Array, bytes: Buffer, context: SecretContext): string => {
  if (bytes.length < NONCE + TAG) throw unreadable();
  try {
    const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, NONCE), { authTagLength: TAG })
      .setAAD(authenticated(context))
      .setAuthTag(bytes.subarray(NONCE, NONCE + TAG));
    return Buffer.concat([decipher.update(bytes.subarray(NONCE + TAG)), decipher.final()]).toString("utf8");
  } catch (error) {
    throw unreadable(error);
  }
};

/** A keeper says `unreadable()` where a wrapped key is not one of its own; anything else is a keeper out of reach. */
const reach = async <T>(call: () => Promise<T>): Promise<T> => {
  try {
    return await call();
  } catch (error) {
    if (error instanceof DomainError) throw error;
    throw new DomainError("unavailable", "vault_unavailable", "The key of the vault did not answer; repeat in a few seconds.", {
      retry_after: 5,
      cause: error,
    });
  }
};

export const unreadable = (cause?: unknown): DomainError =>
  new DomainError("unprocessable", "secret_unreadable", "The stored secret cannot be opened: it was altered or belongs to another item. Enter it again.", {
    cause,
  });
