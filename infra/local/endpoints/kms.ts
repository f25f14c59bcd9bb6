import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import type { Resolver } from "../assembly/resolve.ts";
import type { Records } from "../data-folder.ts";
import { AwsError, type Operation } from "./aws-json.ts";

interface Key {
  readonly id: string;
  readonly arn: string;
  readonly secret: Buffer;
}
type Context = Readonly<Record<string, string>>;
interface GenerateInput {
  readonly KeyId: string;
  readonly KeySpec?: "AES_256" | "AES_128";
  readonly NumberOfBytes?: number;
  readonly EncryptionContext?: Context;
}
interface EncryptInput {
  readonly KeyId: string;
  readonly Plaintext: string;
  readonly EncryptionContext?: Context;
}
interface DecryptInput {
  readonly KeyId?: string;
  readonly CiphertextBlob: string;
  readonly EncryptionContext?: Context;
}

const [NONCE, TAG, SECRET, ID] = [12, 16, 32, 36];

/** The key's id and the context, order of its fields aside, are authenticated: a blob opens only where it was made for. */
const bound = (id: string, context: Context = {}): Buffer =>
  Buffer.from(JSON.stringify([id, Object.entries(context).toSorted(([a], [b]) => (a < b ? -1 : 1))]));

const seal = ({ id, secret }: Key, clear: Buffer, context: Context | undefined): string => {
  const nonce = randomBytes(NONCE);
  const cipher = createCipheriv("aes-256-gcm", secret, nonce).setAAD(bound(id, context));
  const body = Buffer.concat([cipher.update(clear), cipher.final()]);
  return Buffer.concat([Buffer.from(id), nonce, cipher.getAuthTag(), body]).toString("base64");
};

const open = ({ id, secret }: Key, blob: Buffer, context: Context | undefined): Buffer => {
  const [nonce, tag, body] = [blob.subarray(ID, ID + NONCE), blob.subarray(ID + NONCE, ID + NONCE + TAG), blob.subarray(ID + NONCE + TAG)];
  try {
    const decipher = createDecipheriv("aes-256-gcm", secret, nonce, { authTagLength: TAG }).setAAD(bound(id, context)).setAuthTag(tag);
    return Buffer.concat([decipher.update(body), decipher.final()]);
  } catch {
    throw new AwsError("InvalidCiphertextException", "The ciphertext was altered, or sealed with another encryption context.");
  }
};

const keysOf = (resolver: Resolver, kept: Records): Map<string, Key> => {
  const keys = new Map<string, Key>();
  for (const resource of resolver.ofType("AWS::KMS::Key")) {
    const { ref: id, attributes } = resolver.identity(resource);
    const known = kept.get(id) ?? randomBytes(SECRET).toString("base64");
    if (kept.get(id) === undefined) kept.set(id, known);
    const key = { id, arn: attributes["Arn"]!, secret: Buffer.from(known, "base64") };
    keys.set(id, key).set(key.arn, key);
  }
  for (const resource of resolver.ofType("AWS::KMS::Alias")) {
    const key = keys.get(resolver.properties<{ readonly TargetKeyId: string }>(resource).TargetKeyId);
    if (key) keys.set(resolver.identity(resource).ref, key);
  }
  return keys;
};

/** The keys of the templates, their secrets made once and kept with the data: GenerateDataKey, Encrypt and Decrypt. */
export const kmsOperations = (resolver: Resolver, kept: Records): Record<string, Operation> => {
  const keys = keysOf(resolver, kept);
  const keyNamed = (id: string): Key => {
    const key = keys.get(id);
    if (!key) throw new AwsError("NotFoundException", `Key '${id}' does not exist.`);
    return key;
  };
  return {
    "TrentService.GenerateDataKey": ({ KeyId, KeySpec, NumberOfBytes, EncryptionContext }: GenerateInput) => {
      const key = keyNamed(KeyId);
      const clear = randomBytes(NumberOfBytes ?? (KeySpec === "AES_128" ? 16 : 32));
      return { KeyId: key.arn, Plaintext: clear.toString("base64"), CiphertextBlob: seal(key, clear, EncryptionContext) };
    },
    "TrentService.Encrypt": ({ KeyId, Plaintext, EncryptionContext }: EncryptInput) => {
      const key = keyNamed(KeyId);
      return { KeyId: key.arn, CiphertextBlob: seal(key, Buffer.from(Plaintext, "base64"), EncryptionContext), EncryptionAlgorithm: "SYMMETRIC_DEFAULT" };
    },
    "TrentService.Decrypt": ({ KeyId, CiphertextBlob, EncryptionContext }: DecryptInput) => {
      const blob = Buffer.from(CiphertextBlob, "base64");
      const key = keys.get(blob.subarray(0, ID).toString());
      if (!key) throw new AwsError("InvalidCiphertextException", "The ciphertext names no key of these templates.");
      if (KeyId !== undefined && keyNamed(KeyId) !== key) throw new AwsError("IncorrectKeyException", "The ciphertext was sealed with another key.");
      return { KeyId: key.arn, Plaintext: open(key, blob, EncryptionContext).toString("base64"), EncryptionAlgorithm: "SYMMETRIC_DEFAULT" };
    },
  };
};
