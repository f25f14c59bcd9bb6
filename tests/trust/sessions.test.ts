import { createHmac } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { type IdentityCloud, type Someone, identityCloud } from "../api/identity/identity-cloud.ts";
import { figures } from "../support/figures.ts";

let cloud: IdentityCloud;
let ada: Someone;
let bob: Someone;
beforeAll(async () => {
  cloud = await identityCloud();
  ada = await cloud.someone("ada@example.com");
  bob = await cloud.someone("bob@example.com");
});

const PREFIX = 4;
const bytesOf = (token: string): Buffer => Buffer.from(token.slice(PREFIX), "base64url");
const tokenOf = (bytes: Uint8Array, prefix = "gsa_"): string => prefix + Buffer.from(bytes).toString("base64url");
const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
const jwt = (header: object, claims: object, key?: string): string => {
  const signed = `${part({ typ: "JWT", ...header })}.${part(claims)}`;
  return `${signed}.${key === undefined ? "" : createHmac("sha256", key).update(signed).digest("base64url")}`;
};

/** Tokens that were never given to anybody, made from those that were. */
const forged = (): Record<string, string> => {
  const { access_token, refresh_token, user_id } = ada;
  const [own, others] = [bytesOf(access_token), bytesOf(bob.access_token)];
  const ids = 32;
  const claims = { sub: user_id, iss: "groundswell", aud: "groundswell", exp: 4102444800, nbf: 0, role: "owner" };
  const flipped = (bit: number): string => {
    const bytes = Buffer.from(own);
    bytes[bit >> 3]! ^= 1 << (bit & 7);
    return tokenOf(bytes);
  };
  const swapped = (from: number, to: number): Buffer => Buffer.concat([own.subarray(0, from), others.subarray(from, to), own.subarray(to)]);
  return {
    ...Object.fromEntries([1, 2, 4, 8, 16, 32, 43, 64].map((cut) => [`cut by ${cut}`, access_token.slice(0, -cut)])),
    ...Object.fromEntries(Array.from({ length: 24 }, (_, n) => [`bit ${n * 21 + 3} flipped`, flipped(n * 21 + 3)])),
    ...Object.fromEntries(["gsr_", "gsk_", "gst_", "GSA_", "gsa-", "gsb_", "Gsa_"].map((prefix) => [`as ${prefix}`, tokenOf(own, prefix)])),
    "without its prefix": own.toString("base64url"),
    "in standard base64": `gsa_${own.toString("base64")}+`,
    "with padding": `${access_token}==`,
    "in hex": `gsa_${own.toString("hex")}`,
    "in upper case": access_token.toUpperCase(),
    "with more after it": `${access_token}A`,
    twice: access_token + access_token,
    "two, with a comma": `${access_token},${bob.access_token}`,
    "the other's ids, the own secret": tokenOf(swapped(0, ids)),
    "the other's user, the own session": tokenOf(swapped(0, 16)),
    "the own user, the other's session": tokenOf(swapped(16, ids)),
    "the own ids, the other's secret": tokenOf(swapped(ids, own.length)),
    "a secret of zeros": tokenOf(Buffer.concat([own.subarray(0, ids), Buffer.alloc(32)])),
    "no secret": tokenOf(own.subarray(0, ids)),
    "the refresh token": refresh_token,
    "the refresh token as an access token": tokenOf(bytesOf(refresh_token)),
    "a mail's token": tokenOf(Buffer.concat([own.subarray(0, 16), own.subarray(ids)]), "gst_"),
    "a JWT without signature": jwt({ alg: "none" }, claims),
    "a JWT with alg None": jwt({ alg: "None" }, claims, ""),
    "a JWT under an empty key": jwt({ alg: "HS256" }, claims, ""),
    "a JWT under a guessed key": jwt({ alg: "HS256" }, claims, "secret"),
    "a JWT under the own token": jwt({ alg: "HS256" }, claims, access_token),
    "a JWT whose key id is a path": jwt({ alg: "HS256", kid: "../../dev/null" }, claims, ""),
    "a JWT whose key id is SQL": jwt({ alg: "HS256", kid: "' UNION SELECT 'a" }, claims, "a"),
    "a JWT with its own key": jwt({ alg: "HS256", jwk: { kty: "oct", k: "AA" } }, claims, "\0"),
    "a JWT with a key elsewhere": jwt({ alg: "RS256", jku: "https://evil.example/keys" }, claims, "a"),
    "a JWT that has expired": jwt({ alg: "HS256" }, { ...claims, exp: 1 }, "secret"),
    "a JWT of the future": jwt({ alg: "HS256" }, { ...claims, nbf: 4102444799 }, "secret"),
    "a JWT for another audience": jwt({ alg: "HS256" }, { ...claims, aud: "other" }, "secret"),
    "a JWT of another issuer": jwt({ alg: "HS256" }, { ...claims, iss: "https://evil.example" }, "secret"),
    "as long as may be": "a".repeat(512),
    "longer than may be": "a".repeat(513),
    huge: "a".repeat(100_000),
    "an id": user_id,
    "no token": "undefined",
    null: "null",
    __proto__: "__proto__".padEnd(40, "_"),
    "a wild card": "*".repeat(40),
  };
};

const ask = async (authorization: string): Promise<string> => {
  const { status, problem, headers } = await cloud.client.get("/identity/users/me", { headers: { authorization } });
  return `${status} ${problem?.code} ${headers["www-authenticate"] ?? ""}`;
};
const REFUSED = /^401 (missing|invalid)_token Bearer /;

describe("a token that was given to nobody", () => {
  it("is accepted by nobody, in any of 60 kinds and more", async () => {
    const tokens = Object.entries(forged());
    expect(tokens.length).toBeGreaterThanOrEqual(60);
    expect(new Set(tokens.map(([, token]) => token)).size).toBeGreaterThanOrEqual(60);
    const accepted: string[] = [];
    for (const [name, token] of tokens) {
      const told = await ask(`Bearer ${token}`);
      if (!REFUSED.test(told)) accepted.push(`${name}: ${told}`);
    }
    expect(accepted).toEqual([]);
    expect(await ask(`Bearer ${ada.access_token}`)).toMatch(/^200/);
    figures("S22", { tokens: tokens.length, accepted: accepted.length });
  });

  it.each(["", "Bearer", "Bearer ", "Basic TOKEN", "Token TOKEN", "TOKEN", "Bearer Bearer TOKEN", "Bearer\tTOKEN", "Bearer TOKEN extra", "Bearer, TOKEN"])(
    "a real one is not taken from %j",
    async (form) => {
      expect(await ask(form.replace("TOKEN", ada.access_token))).toMatch(REFUSED);
    },
  );
});

describe("a token that is over", () => {
  it("is refused once its session has ended, by signing out, by others, or by a new password", async () => {
    const person = await cloud.someone("over@example.com");
    const [out, ended, kept] = [await cloud.signIn(person.email), await cloud.signIn(person.email), await cloud.signIn(person.email)];
    await out.api.post("/identity/auth/sign-out");
    await kept.api.post(`/identity/sessions/${ended.session_id}/end`);
    const before = await Promise.all([out, ended].map(({ access_token }) => ask(`Bearer ${access_token}`)));
    await kept.api.post("/identity/sessions/end-others");
    for (const told of [...before, await ask(`Bearer ${person.access_token}`)]) expect(told).toMatch(REFUSED);
    expect(await ask(`Bearer ${kept.access_token}`)).toMatch(/^200/);
  });

  it("is refused the moment it expires", async () => {
    const { access_token } = await cloud.someone("expiring@example.com");
    cloud.clock.advance(15 * 60_000 - 1);
    expect(await ask(`Bearer ${access_token}`)).toMatch(/^200/);
    cloud.clock.advance(1);
    expect(await ask(`Bearer ${access_token}`)).toMatch(REFUSED);
  });

  it("a used refresh token that comes back ends the whole family", async () => {
    const { refresh_token, email } = await cloud.someone("family@example.com");
    const elsewhere = await cloud.signIn(email);
    const refresh = (token: string) => cloud.client.post("/identity/auth/refresh", { refresh_token: token });
    const second = await refresh(refresh_token);
    const third = await refresh(second.body.refresh_token);
    expect(await ask(`Bearer ${second.body.access_token}`)).toMatch(REFUSED);
    expect((await refresh(refresh_token)).status).toBe(401);
    expect(await ask(`Bearer ${third.body.access_token}`)).toMatch(REFUSED);
    expect((await refresh(third.body.refresh_token)).status).toBe(401);
    expect(await ask(`Bearer ${elsewhere.access_token}`)).toMatch(/^200/);
  });
});

describe("rights", () => {
  it("that change or go are gone on the next request", async () => {
    const owner = await cloud.someone("owner@example.com");
    const colleague = await cloud.colleague(owner, "colleague@example.com", { org_role: "owner" });
    const at = `/identity/memberships/${colleague.user_id}`;
    const asOwner = async () => (await colleague.api.get("/identity/api-keys")).status;
    const asMember = async () => (await colleague.api.get("/identity/memberships")).status;
    expect([await asOwner(), await asMember()]).toEqual([200, 200]);
    const { body } = await owner.api.patch(at, { org_role: "member" }, { version: 1 });
    expect([await asOwner(), await asMember()]).toEqual([403, 200]);
    await owner.api.delete(at, { version: body.version });
    expect([await asOwner(), await asMember()]).toEqual([404, 404]);
  });

  it("of an API key end with its revocation", async () => {
    const owner = await cloud.someone("machines@example.com");
    const { body } = await owner.api.post("/identity/api-keys", { name: "machine", roles: {} });
    const use = async () => (await cloud.client.get("/identity/memberships", { token: body.secret })).status;
    const before = await use();
    await owner.api.post(`/identity/api-keys/${body.id}/revoke`);
    expect([before === 401, await use()]).toEqual([false, 401]);
  });
});
