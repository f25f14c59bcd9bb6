import { beforeEach, describe, expect, it } from "vitest";
import { localKey } from "../../../shared/kernel/crypto/local-key.ts";
import { vaultOver } from "../../../shared/kernel/crypto/vault.ts";
import { ProviderToken } from "../../../shared/soundcloud/soundcloud/provider-token.ts";
import { tokenStore } from "../../../shared/soundcloud/soundcloud/token-store.ts";
import { soundcloud } from "../../../shared/soundcloud/table.ts";
import { type TestCtx, makeTable, testClock, testCtx, testDatabase } from "../../support/dynamo.ts";

const vaultOf = (byte: number) => vaultOver(localKey("test", new Uint8Array(32).fill(byte)));
const token = { access_token: "opaque-access", refresh_token: "opaque-refresh", expires_at: "2026-11-20T10:00:00.000Z" };

let ctx: TestCtx;
const store = (byte = 1) => tokenStore({ ...ctx, env: () => "" }, vaultOf(byte));
const inMs = (ms: number): Date => new Date(ctx.clock.now().getTime() + ms);
beforeEach(async () => {
  ctx = testCtx({ clock: testClock(), db: testDatabase({ tables: { soundcloud: await makeTable(soundcloud) } }) });
});

describe("the shared token", () => {
  it("is leased to one, written, and read by all, sealed in the table", async () => {
    expect(await store().read()).toBeUndefined();
    const leases = await Promise.all(Array.from({ length: 5 }, () => store().lease(undefined, inMs(15_000))));
    expect(leases.filter((version) => version !== undefined)).toEqual([1]);
    expect(await store().read()).toMatchObject({ access_token: "", version: 1 });
    expect(await store().write(token, 1)).toBe(true);
    expect(await store().read()).toEqual({ ...token, version: 2 });
    expect(JSON.stringify(await ProviderToken.get(ctx, { provider: "soundcloud" }))).not.toContain("opaque");
  });

  it("cannot be leased or written under an old version, nor while another holds the lease", async () => {
    await store().write(token, (await store().lease(undefined, inMs(15_000)))!);
    const version = await store().lease(2, inMs(15_000));
    expect(version).toBe(3);
    expect(await store().lease(2, inMs(15_000))).toBeUndefined();
    expect(await store().lease(3, inMs(15_000))).toBeUndefined();
    ctx.clock.advance(15_000);
    expect(await store().lease(3, inMs(15_000))).toBe(4);
    expect(await store().write(token, 3)).toBe(false);
    expect(await store().write({ access_token: "next", expires_at: token.expires_at }, 4)).toBe(true);
    expect(await store().read()).toEqual({ access_token: "next", expires_at: token.expires_at, version: 5 });
  });

  it("counts as expired when the key that sealed it is gone", async () => {
    await store().write(token, (await store().lease(undefined, inMs(15_000)))!);
    expect(await store(2).read()).toEqual({ access_token: "", expires_at: "1970-01-01T00:00:00.000Z", version: 2 });
  });
});
