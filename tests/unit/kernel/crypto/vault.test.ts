import { randomBytes } from "node:crypto";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { localKey } from "../../../../shared/kernel/crypto/local-key.ts";
import { type MasterKey, type SecretContext, vaultOver } from "../../../../shared/kernel/crypto/vault.ts";
import { plainRuntime } from "../plain-ctx.ts";

const context: SecretContext = { org_id: "org-1", entity: "Webhook", id: "w-1", field: "secret" };
const secret = randomBytes(32);

const counting = (master: MasterKey) => {
  const calls = { made: 0, unwrapped: 0 };
  const counted: MasterKey = {
    id: master.id,
    newDataKey: (org_id) => (calls.made++, master.newDataKey(org_id)),
    unwrap: (wrapped, org_id) => (calls.unwrapped++, master.unwrap(wrapped, org_id)),
  };
  return { calls, counted };
};

describe("vault", () => {
  it("opens what it sealed, and only it", async () => {
    const { ctx } = plainRuntime();
    const vault = vaultOver(localKey("k1", secret));
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "grapheme" }), async (plaintext) => {
        const sealed = await vault.seal(ctx, plaintext, context);
        expect(await vault.open(ctx, sealed, context)).toBe(plaintext);
        expect(sealed).toMatch(/^v1\.[\w-]{8}\.[\w-]+\.[\w-]+$/);
      }),
    );
  });

  it("seals the same text differently each time and hides it", async () => {
    const { ctx } = plainRuntime();
    const vault = vaultOver(localKey("k1", secret));
    const [a, b] = [await vault.seal(ctx, "canary", context), await vault.seal(ctx, "canary", context)];
    expect(a).not.toBe(b);
    expect(Buffer.from(a.split(".")[3]!, "base64url").includes("canary")).toBe(false);
  });

  it("refuses a text moved to another org, item, entity or field", async () => {
    const { ctx } = plainRuntime();
    const vault = vaultOver(localKey("k1", secret));
    const sealed = await vault.seal(ctx, "canary", context);
    for (const moved of [{ org_id: "org-2" }, { id: "w-2" }, { entity: "Slack" }, { field: "url" }])
      await expect(vault.open(ctx, sealed, { ...context, ...moved }), JSON.stringify(moved)).rejects.toMatchObject({ code: "secret_unreadable" });
  });

  it("refuses a text altered in any character", async () => {
    const { ctx } = plainRuntime();
    const vault = vaultOver(localKey("k1", secret));
    const sealed = await vault.seal(ctx, "canary", context);
    const label = sealed.split(".").slice(0, 2).join(".").length;
    for (let index = 0; index < sealed.length; index += 1) {
      if (index > 2 && index < label) continue; // The label only says which master key was in use.
      const altered = sealed.slice(0, index) + (sealed[index] === "A" ? "B" : "A") + sealed.slice(index + 1);
      await expect(vault.open(ctx, altered, context), `at ${index}`).rejects.toMatchObject({ code: "secret_unreadable" });
    }
    // 34 bytes end in a character of which only the first two bits count.
    const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const spare = sealed.slice(0, -1) + alphabet[alphabet.indexOf(sealed.at(-1)!) | 1];
    for (const broken of [spare, "", "v1", "v1...", `${sealed}.x`, sealed.slice(0, -1), `${sealed}A`])
      await expect(vault.open(ctx, broken, context), broken).rejects.toMatchObject({ code: "secret_unreadable" });
  });

  it("asks for one data key per org in five minutes, then for a new one", async () => {
    const { ctx, clock } = plainRuntime();
    const { calls, counted } = counting(localKey("k1", secret));
    const vault = vaultOver(counted);
    const sealed = await Promise.all(Array.from({ length: 20 }, () => vault.seal(ctx, "x", context)));
    expect(calls.made).toBe(1);
    await vault.seal(ctx, "x", { ...context, org_id: "org-2" });
    expect(calls.made).toBe(2);
    await Promise.all(sealed.map((one) => vault.open(ctx, one, context)));
    expect(calls.unwrapped).toBe(1);
    clock.advance(5 * 60_000);
    await vault.seal(ctx, "x", context);
    await vault.open(ctx, sealed[0]!, context);
    expect(calls).toEqual({ made: 3, unwrapped: 2 });
  });

  it("keeps at most 200 data keys", async () => {
    const { ctx } = plainRuntime();
    const { calls, counted } = counting(localKey("k1", secret));
    const vault = vaultOver(counted);
    for (let org = 0; org <= 200; org += 1) await vault.seal(ctx, "x", { ...context, org_id: `org-${org}` });
    await vault.seal(ctx, "x", { ...context, org_id: "org-200" });
    expect(calls.made).toBe(201);
    await vault.seal(ctx, "x", { ...context, org_id: "org-0" });
    expect(calls.made).toBe(202);
  });

  it("reads old texts after a rotation and tells them from current ones", async () => {
    const { ctx } = plainRuntime();
    const old = vaultOver(localKey("k1", secret));
    const sealed = await old.seal(ctx, "canary", context);
    const rotated = vaultOver(localKey("k2", randomBytes(32), [secret]));
    expect(old.isCurrent(sealed)).toBe(true);
    expect(rotated.isCurrent(sealed)).toBe(false);
    const resealed = await rotated.seal(ctx, await rotated.open(ctx, sealed, context), context);
    expect(rotated.isCurrent(resealed)).toBe(true);
    expect(await rotated.open(ctx, resealed, context)).toBe("canary");
  });

  it("says that the key did not answer, and does not remember the failure", async () => {
    const { ctx } = plainRuntime();
    const master = localKey("k1", secret);
    let down = true;
    const vault = vaultOver({ ...master, newDataKey: (org_id) => (down ? Promise.reject(new Error("throttled")) : master.newDataKey(org_id)) });
    await expect(vault.seal(ctx, "x", context)).rejects.toMatchObject({ kind: "unavailable", code: "vault_unavailable" });
    down = false;
    expect(await vault.seal(ctx, "x", context)).toMatch(/^v1\./);
  });
});
