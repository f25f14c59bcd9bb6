import { once } from "node:events";
import { type Server, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import type { KMSClientConfig } from "@aws-sdk/client-kms";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { localKey } from "../../../../shared/kernel/crypto/local-key.ts";
import { openVault } from "../../../../shared/kernel/crypto/kms.ts";
import type { Vault } from "../../../../shared/kernel/crypto/vault.ts";
import { differencesOf } from "../../../support/recorder/sdk-commands.ts";
import { plainRuntime } from "../../../unit/kernel/plain-ctx.ts";

interface Call {
  readonly KeyId?: string;
  readonly CiphertextBlob?: string;
  readonly EncryptionContext: { readonly org_id: string };
}

let kms: Server;
let seen: { operation: string; org_id: string }[] = [];
let fault: string | undefined;
const master = localKey("key-1", Buffer.alloc(32, 7));
const context = { org_id: "org-1", entity: "Webhook", id: "w-1", field: "secret" };

/** The two operations in KMS's own protocol, AWS JSON 1.1. */
const answer = async (operation: string, call: Call): Promise<[status: number, body: object]> => {
  seen.push({ operation, org_id: call.EncryptionContext.org_id });
  if (fault) return [400, { __type: fault, message: "injected" }];
  if (operation === "GenerateDataKey") {
    const { clear, wrapped } = await master.newDataKey(call.EncryptionContext.org_id);
    return [200, { KeyId: call.KeyId, Plaintext: Buffer.from(clear).toString("base64"), CiphertextBlob: Buffer.from(wrapped).toString("base64") }];
  }
  try {
    const clear = await master.unwrap(Buffer.from(call.CiphertextBlob!, "base64"), call.EncryptionContext.org_id);
    return [200, { Plaintext: Buffer.from(clear).toString("base64") }];
  } catch {
    return [400, { __type: "InvalidCiphertextException" }];
  }
};

beforeAll(async () => {
  kms = createServer(async (incoming, reply) => {
    const [status, body] = await answer(String(incoming.headers["x-amz-target"]).split(".")[1]!, (await json(incoming)) as Call);
    reply.writeHead(status, { "content-type": "application/x-amz-json-1.1" }).end(JSON.stringify(body));
  }).listen(0, "127.0.0.1");
  await once(kms, "listening");
});
afterAll(() => {
  kms.closeAllConnections();
  kms.close();
});

const open = (more: KMSClientConfig = {}) => {
  seen = [];
  fault = undefined;
  const endpoint = `http://127.0.0.1:${(kms.address() as AddressInfo).port}`;
  return openVault(
    { env: () => "key-1" },
    { endpoint, region: "us-east-1", credentials: { accessKeyId: "test", secretAccessKey: "test" }, maxAttempts: 1, ...more },
  );
};

describe("the vault over KMS", () => {
  it("seals in one process and opens in another, with one call each", async () => {
    const { ctx } = plainRuntime();
    const sealed = await open().seal(ctx, "canary", context);
    expect(seen).toEqual([{ operation: "GenerateDataKey", org_id: "org-1" }]);
    const other = open();
    expect(await other.open(ctx, sealed, context)).toBe("canary");
    expect(await other.open(ctx, sealed, context)).toBe("canary");
    expect(seen).toEqual([{ operation: "Decrypt", org_id: "org-1" }]);
  });

  it("sends the commands that the recorder tells of", async () => {
    const { ctx } = plainRuntime();
    const foreign = { ...context, org_id: "org-2" };
    const sealed = await open().seal(ctx, "canary", context);
    const resource = ({ KeyId = "key-1" }: { KeyId?: string }) => (KeyId === "key-1" ? "key" : "another key");
    const differences = await differencesOf<Vault>(
      { name: "vault", open, resource, org_id: "org-1" },
      {
        seal: [context, context, foreign].map((one) => (port) => port.seal(ctx, "canary", one)),
        open: [
          async (port) => expect(await port.open(ctx, sealed, context)).toBe("canary"),
          (port) => expect(port.open(ctx, sealed, foreign)).rejects.toMatchObject({ code: "secret_unreadable" }),
        ],
        isCurrent: [(port) => expect(port.isCurrent(sealed)).toBe(true)],
      },
    );
    expect(differences).toEqual([]);
  });

  it("does not open another org's secret: KMS itself refuses", async () => {
    const { ctx } = plainRuntime();
    const sealed = await open().seal(ctx, "canary", context);
    await expect(open().open(ctx, sealed, { ...context, org_id: "org-2" })).rejects.toMatchObject({ code: "secret_unreadable" });
    expect(seen).toEqual([{ operation: "Decrypt", org_id: "org-2" }]);
  });

  it("asks to repeat when KMS throttles, and works again afterwards", async () => {
    const { ctx } = plainRuntime();
    const vault = open();
    fault = "ThrottlingException";
    await expect(vault.seal(ctx, "canary", context)).rejects.toMatchObject({ kind: "unavailable", code: "vault_unavailable", retry_after: 5 });
    fault = undefined;
    expect(await vault.open(ctx, await vault.seal(ctx, "canary", context), context)).toBe("canary");
  });
});
