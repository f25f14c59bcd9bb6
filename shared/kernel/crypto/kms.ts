import { DecryptCommand, GenerateDataKeyCommand, KMSClient, type KMSClientConfig } from "@aws-sdk/client-kms";
import { boundedCalls } from "../aws-client.ts";
import type { Boot } from "../boot.ts";
import { type MasterKey, type Vault, unreadable, vaultOver } from "./vault.ts";

/** KMS refuses a wrapped key that was altered, made for another org or made by another key: repeating does not help. */
const refusals = new Set(["InvalidCiphertextException", "IncorrectKeyException"]);

const kmsKey = (client: KMSClient, id: string): MasterKey => ({
  id,
  newDataKey: async (org_id) => {
    const { Plaintext, CiphertextBlob } = await client.send(new GenerateDataKeyCommand({ KeyId: id, KeySpec: "AES_256", EncryptionContext: { org_id } }));
    return { clear: Plaintext!, wrapped: CiphertextBlob! };
  },
  unwrap: async (wrapped, org_id) => {
    try {
      const { Plaintext } = await client.send(new DecryptCommand({ CiphertextBlob: wrapped, EncryptionContext: { org_id } }));
      return Plaintext!;
    } catch (error) {
      throw refusals.has((error as Error).name) ? unreadable(error) : error;
    }
  },
});

/** The vault over KMS; the key is named by VAULT_KEY_ID. Keys it was sealed with before stay readable while KMS has them. */
export const openVault = (boot: Pick<Boot, "env">, config: KMSClientConfig = {}): Vault =>
  vaultOver(kmsKey(new KMSClient({ ...boundedCalls, ...config }), boot.env("VAULT_KEY_ID")));
