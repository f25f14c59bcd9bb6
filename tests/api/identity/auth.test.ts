import { beforeAll, describe, expect, it } from "vitest";
import { openPasswords } from "../../../shared/identity/session/passwords.ts";
import { Credential } from "../../../shared/identity/user/credential.ts";
import { type IdentityCloud, PASSWORD, dump, identityCloud } from "./identity-cloud.ts";

let cloud: IdentityCloud;
beforeAll(async () => {
  cloud = await identityCloud();
});

const FIFTEEN_MIN = 15 * 60_000;

describe("POST /identity/auth/sign-up", () => {
  it("202, a mail with a token, a personal org that the person owns, and one event", async () => {
    const reply = await cloud.client.post("/identity/auth/sign-up", { email: "Ada@Example.com", password: PASSWORD, full_name: "Ada Lovelace" });
    expect(reply).toMatchObject({ status: 202, body: { status: "accepted" } });
    await cloud.deliver();
    expect(cloud.mailTo("ada@example.com")).toMatchObject({ subject: "Verify your e-mail address", from: expect.stringContaining("Groundswell") });
    expect(cloud.events.at(-1)).toMatchObject({ type: "identity.user-signed-up.v1" });
    await cloud.client.post("/identity/auth/verify-email", { token: cloud.tokenTo("ada@example.com") });
    const ada = await cloud.signIn("ada@example.com");
    const orgs = await ada.api.get("/identity/orgs");
    expect(orgs.body.items).toMatchObject([{ name: "Ada Lovelace", personal: true, org_role: "owner", owners: 1, members: 1 }]);
    expect(cloud.events.at(-1)!.org_id).toBe(orgs.body.items[0].id);
  });

  it("the same answer, hash work and requests for an address that has an account, whose owner is told", async () => {
    await cloud.signUp("known@example.com");
    const answers = [];
    for (const email of ["known@example.com", "new@example.com"]) {
      const [hashes, uses] = [cloud.hashes.count, cloud.uses.length];
      const { status, body, headers } = await cloud.client.post("/identity/auth/sign-up", { email, password: PASSWORD });
      const requests = cloud.uses.slice(uses).map(({ pattern, op }) => `${op} ${pattern}`);
      answers.push({ status, body, hashes: cloud.hashes.count - hashes, requests, names: Object.keys(headers) });
    }
    expect(answers[0]).toEqual(answers[1]);
    await cloud.deliver();
    expect(cloud.mailTo("known@example.com").subject).toBe("You have an account already");
  });

  it("makes one account when two sign up with one address at once", async () => {
    const replies = await Promise.all([1, 2].map(() => cloud.client.post("/identity/auth/sign-up", { email: "twin@example.com", password: PASSWORD })));
    expect(replies.map(({ status }) => status)).toEqual([202, 202]);
    await cloud.deliver();
    expect(
      cloud.mails
        .filter(({ to }) => to === "twin@example.com")
        .map(({ subject }) => subject)
        .toSorted(),
    ).toEqual(["Verify your e-mail address", "You have an account already"]);
  });

  it.each([
    ["short", "too_short"],
    ["password123", "common"],
    ["weak@example.com", "guessable"],
    ["x".repeat(129), "too_long"],
  ])("400 for the password %s", async (password, code) => {
    const { status, problem } = await cloud.client.post("/identity/auth/sign-up", { email: "weak@example.com", password });
    expect([status, problem.errors]).toMatchObject([400, [{ pointer: "/password", code }]]);
  });

  it("400 naming everything that is wrong", async () => {
    const { status, problem } = await cloud.client.post("/identity/auth/sign-up", { email: "no", timezone: "Mars/Base", admin: true });
    expect(status).toBe(400);
    expect(problem.errors.map(({ pointer }) => pointer).toSorted()).toEqual(["/admin", "/email", "/password", "/timezone"]);
  });

  it("429 after five mails to one address within an hour", async () => {
    const post = () => cloud.client.post("/identity/auth/sign-up", { email: "flood@example.com", password: PASSWORD }, { ip: "192.0.2.77" });
    const statuses = [];
    for (let n = 0; n < 6; n++) statuses.push((await post()).status);
    expect(statuses).toEqual([202, 202, 202, 202, 202, 429]);
  });

  it("stores neither password nor mail token in clear", async () => {
    const real = await identityCloud({ passwords: openPasswords() });
    await real.signUp("secret@example.com", { password: "a very private passphrase" });
    const stored = await dump(real);
    expect(stored).not.toContain("a very private passphrase");
    expect(stored).not.toContain(real.tokenTo("secret@example.com"));
    expect(JSON.stringify(real.log.lines)).not.toMatch(/gst_[\w-]{20}|private passphrase/);
  });

  it("hashes a password anew at sign-in when its cost has been raised", { timeout: 60_000 }, async () => {
    const real = await identityCloud({ passwords: openPasswords() });
    await real.someone("old-cost@example.com");
    // Made with the reference implementation, at another cost, of the password "password".
    const password_hash = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
    await Credential.patch(real.ctx, { email: "old-cost@example.com" }, { password_hash });
    expect((await real.client.post("/identity/auth/sign-in", { email: "old-cost@example.com", password: "password" })).status).toBe(200);
    const stored = await Credential.get(real.ctx, { email: "old-cost@example.com" }, { consistent: true });
    expect(stored.password_hash).toMatch(/^\$argon2id\$v=19\$m=19456,/);
    expect((await real.client.post("/identity/auth/sign-in", { email: "old-cost@example.com", password: "password" })).status).toBe(200);
  });

  it("keeps the password so that it lets in, and no other does, until it is changed", { timeout: 60_000 }, async () => {
    const real = await identityCloud({ passwords: openPasswords() });
    const { api } = await real.someone("real@example.com");
    const status = async (password: string) => (await real.client.post("/identity/auth/sign-in", { email: "real@example.com", password })).status;
    expect([await status(PASSWORD), await status(`${PASSWORD}.`)]).toEqual([200, 401]);
    const changed = await api.post("/identity/auth/change-password", { password: PASSWORD, new_password: "another long passphrase" });
    expect(changed.status).toBe(204);
    expect([await status(PASSWORD), await status("another long passphrase")]).toEqual([401, 200]);
  });
});

describe("POST /identity/auth/verify-email", () => {
  it("204, and again for the same link", async () => {
    await cloud.signUp("twice@example.com");
    const token = cloud.tokenTo("twice@example.com");
    for (const _ of [1, 2]) expect((await cloud.client.post("/identity/auth/verify-email", { token })).status).toBe(204);
  });

  it("422 for a token of another purpose, a changed one, and one that is older than two days", async () => {
    await cloud.signUp("slow@example.com");
    const token = cloud.tokenTo("slow@example.com");
    const refused = async (text: string) =>
      expect((await cloud.client.post("/identity/auth/verify-email", { token: text })).problem).toMatchObject({ status: 422, code: "token_not_valid" });
    await refused(`${token.slice(0, -2)}AA`);
    await refused("gst_nonsense");
    await cloud.client.post("/identity/auth/request-password-reset", { email: "slow@example.com" });
    await cloud.deliver();
    await refused(cloud.tokenTo("slow@example.com"));
    cloud.clock.advance(48 * 3600_000);
    await refused(token);
  });
});

describe("POST /identity/auth/sign-in", () => {
  it("the same answer, the same hash work and the same requests for a wrong password and an unknown address", async () => {
    await cloud.someone("grace@example.com");
    const answers = [];
    for (const email of ["grace@example.com", "nobody@example.com"]) {
      const [hashes, uses] = [cloud.hashes.count, cloud.uses.length];
      const { status, problem, headers } = await cloud.client.post("/identity/auth/sign-in", { email, password: "wrong horse battery" });
      const requests = cloud.uses.slice(uses).map(({ pattern, op }) => `${op} ${pattern}`);
      answers.push({ status, problem: { ...problem, request_id: "" }, hashes: cloud.hashes.count - hashes, requests, names: Object.keys(headers) });
    }
    expect(answers[0]).toMatchObject({ status: 401, problem: { code: "wrong_credentials" }, hashes: 1 });
    expect(answers[0]).toEqual(answers[1]);
  });

  it("403 for an unverified address, but only with the right password", async () => {
    await cloud.signUp("unverified@example.com");
    const at = (password: string) => cloud.client.post("/identity/auth/sign-in", { email: "unverified@example.com", password });
    expect((await at(PASSWORD)).problem).toMatchObject({ status: 403, code: "email_not_verified" });
    expect((await at("wrong horse battery")).problem).toMatchObject({ status: 401, code: "wrong_credentials" });
  });

  it("429 after ten failures, known address or not, also with the right password and under parallel guesses", async () => {
    await cloud.someone("target@example.com");
    for (const [email, net] of [
      ["target@example.com", "198.51.100"],
      ["unknown@example.com", "203.0.113"],
    ] as const) {
      const guess = (n: number) => cloud.client.post("/identity/auth/sign-in", { email, password: "wrong horse battery" }, { ip: `${net}.${n}` });
      const replies = await Promise.all(Array.from({ length: 16 }, (_, n) => guess(n)));
      expect(replies.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([...Array<number>(10).fill(401), ...Array<number>(6).fill(429)]);
    }
    const right = await cloud.client.post("/identity/auth/sign-in", { email: "target@example.com", password: PASSWORD }, { ip: "198.51.100.99" });
    expect(right.status).toBe(429);
    expect(Number(right.headers["retry-after"])).toBeGreaterThan(0);
    cloud.clock.advance(FIFTEEN_MIN);
    expect((await cloud.client.post("/identity/auth/sign-in", { email: "target@example.com", password: PASSWORD })).status).toBe(200);
  });

  it("429 after ten failures from one IP over many addresses; successes do not count", async () => {
    await cloud.someone("busy@example.com");
    const at = (email: string, password: string) => cloud.client.post("/identity/auth/sign-in", { email, password }, { ip: "192.0.2.200" });
    for (let n = 0; n < 12; n++) expect((await at("busy@example.com", PASSWORD)).status).toBe(200);
    for (let n = 0; n < 10; n++) expect((await at(`spray${n}@example.com`, "wrong horse battery")).status).toBe(401);
    expect((await at("spray10@example.com", "wrong horse battery")).status).toBe(429);
  });

  it("keeps at most twenty sessions alive: the oldest ends", async () => {
    const first = await cloud.someone("many@example.com");
    for (let n = 0; n < 19; n++) await cloud.signIn("many@example.com");
    expect((await first.api.get("/identity/users/me")).status).toBe(200);
    await cloud.signIn("many@example.com");
    expect((await first.api.get("/identity/users/me")).status).toBe(401);
  });
});

describe("access tokens", () => {
  it.each([
    "gsa_",
    "gsk_AAAA",
    "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZG1pbiJ9.",
    "eyJhbGciOiJIUzI1NiIsImtpZCI6Ii4uLy4uL2Rldi9udWxsIn0.eyJzdWIiOiJhZG1pbiJ9.c2ln",
    `gsa_${"A".repeat(86)}`,
    `gsr_${"A".repeat(86)}`,
    `gsk_${"A".repeat(86)}`,
    "a".repeat(512),
    "a".repeat(5000),
  ])("401 for the forged bearer %s", async (token) => {
    for (const org of [undefined, "019e1b9a-7c00-7000-8000-000000000005"])
      expect((await cloud.client.get("/identity/memberships", { token, ...(org ? { org } : {}) })).status).toBe(401);
  });

  it("401 for a refresh token or another person's ids in front of one's own secret", async () => {
    const [one, two] = [await cloud.someone("mallory@example.com"), await cloud.someone("victim@example.com")];
    const bytes = (token: string) => Buffer.from(token.slice(4), "base64url");
    const mixed = `gsa_${Buffer.concat([bytes(two.access_token).subarray(0, 32), bytes(one.access_token).subarray(32)]).toString("base64url")}`;
    const renamed = `gsa_${one.refresh_token.slice(4)}`;
    for (const token of [mixed, renamed, one.refresh_token]) expect((await cloud.client.get("/identity/users/me", { token })).status).toBe(401);
  });

  it("401 after 15 minutes, after a change of any part, and without one", async () => {
    const { api, access_token } = await cloud.someone("short@example.com");
    expect((await api.get("/identity/users/me")).status).toBe(200);
    const at = (text: number) => `${access_token.slice(0, text)}${access_token[text] === "A" ? "B" : "A"}${access_token.slice(text + 1)}`;
    for (const position of [4, 20, 30, 60, 90])
      expect((await cloud.client.get("/identity/users/me", { token: at(position) })).problem).toMatchObject({ status: 401, code: "invalid_token" });
    expect((await cloud.client.get("/identity/users/me")).problem).toMatchObject({ status: 401, code: "missing_token" });
    cloud.clock.advance(FIFTEEN_MIN);
    expect((await api.get("/identity/users/me")).status).toBe(401);
  });
});

describe("POST /identity/auth/refresh", () => {
  const refresh = (refresh_token: string) => cloud.client.post("/identity/auth/refresh", { refresh_token });

  it("gives a new pair; the old access token ends", async () => {
    const { api, refresh_token } = await cloud.someone("rotate@example.com");
    const next = await refresh(refresh_token);
    expect(next.status).toBe(200);
    expect(next.body.refresh_token).not.toBe(refresh_token);
    expect((await api.get("/identity/users/me")).status).toBe(401);
    expect((await cloud.client.get("/identity/users/me", { token: next.body.access_token })).status).toBe(200);
    expect((await refresh(next.body.refresh_token)).status).toBe(200);
  });

  it("ends the whole session when a used token comes back, and marks it suspicious", async () => {
    const { refresh_token } = await cloud.someone("stolen@example.com");
    const next = (await refresh(refresh_token)).body;
    expect((await refresh(refresh_token)).problem).toMatchObject({ status: 401, code: "refresh_token_not_valid" });
    expect((await refresh(next.refresh_token)).status).toBe(401);
    expect((await cloud.client.get("/identity/users/me", { token: next.access_token })).status).toBe(401);
    const again = await cloud.signIn("stolen@example.com");
    const sessions = (await again.api.get("/identity/sessions")).body.items;
    expect(
      sessions.map((session: { suspicious_activity: boolean; ended_at?: string }) => [session.suspicious_activity, session.ended_at !== undefined]),
    ).toEqual([
      [false, false],
      [true, true],
    ]);
  });

  it("two at once with one token: one at most succeeds, and the session has ended", async () => {
    const { refresh_token } = await cloud.someone("parallel@example.com");
    const replies = await Promise.all([refresh(refresh_token), refresh(refresh_token)]);
    const won = replies.filter(({ status }) => status === 200);
    expect(won.length).toBe(1);
    expect(replies.filter(({ status }) => status === 401).length).toBe(1);
    expect((await refresh(won[0]!.body.refresh_token)).status).toBe(401);
  });

  it("a forged token for a known session is refused and ends nothing", async () => {
    const { api, refresh_token } = await cloud.someone("forged@example.com");
    expect((await refresh(`${refresh_token.slice(0, -8)}AAAAAAAA`)).status).toBe(401);
    expect((await api.get("/identity/users/me")).status).toBe(200);
  });

  it("401 after 30 days without use", async () => {
    const { refresh_token } = await cloud.someone("idle@example.com");
    cloud.clock.advance(30 * 24 * 3600_000);
    expect((await refresh(refresh_token)).status).toBe(401);
  });
});

describe("POST /identity/auth/request-password-reset and reset-password", () => {
  const ask = (email: string) => cloud.client.post("/identity/auth/request-password-reset", { email });
  const reset = (token: string, password = "a different passphrase") => cloud.client.post("/identity/auth/reset-password", { token, password });

  it("does the same for known and unknown addresses, and mails only the known", async () => {
    await cloud.someone("forgetful@example.com");
    const sent = cloud.mails.length;
    const answers = [];
    for (const email of ["forgetful@example.com", "stranger@example.com"]) {
      const { status, body } = await ask(email);
      answers.push({ status, body, queued: cloud.queue.length });
    }
    expect(answers).toEqual([
      { status: 202, body: { status: "accepted" }, queued: 1 },
      { status: 202, body: { status: "accepted" }, queued: 2 },
    ]);
    expect(cloud.queue.join()).not.toContain("gst_");
    expect(await cloud.deliver()).toBe(0);
    expect(cloud.mails.slice(sent).map(({ to, subject }) => [to, subject])).toEqual([["forgetful@example.com", "Choose a new password"]]);
  });

  it("sets the password once, ends every session, and counts as verifying", async () => {
    const { api, refresh_token } = await cloud.someone("reset@example.com");
    await ask("reset@example.com");
    await cloud.deliver();
    const token = cloud.tokenTo("reset@example.com");
    expect((await reset(token)).status).toBe(204);
    expect((await api.get("/identity/users/me")).status).toBe(401);
    expect((await cloud.client.post("/identity/auth/refresh", { refresh_token })).status).toBe(401);
    await expect(cloud.signIn("reset@example.com")).rejects.toThrow("wrong_credentials");
    await cloud.signIn("reset@example.com", "a different passphrase");
    expect((await reset(token, "and yet another one")).problem).toMatchObject({ status: 422, code: "token_not_valid" });
  });

  it("an older mail's token is worth nothing once the password has changed", async () => {
    await cloud.someone("two-mails@example.com");
    const tokens = [];
    for (const _ of [1, 2]) {
      await ask("two-mails@example.com");
      await cloud.deliver();
      tokens.push(cloud.tokenTo("two-mails@example.com"));
      cloud.clock.advance(1000);
    }
    expect((await reset(tokens[1]!)).status).toBe(204);
    expect((await reset(tokens[0]!, "what the thief wants")).status).toBe(422);
  });

  it("one of two at once wins", async () => {
    await cloud.someone("race@example.com");
    await ask("race@example.com");
    await cloud.deliver();
    const token = cloud.tokenTo("race@example.com");
    const replies = await Promise.all([reset(token, "the first passphrase"), reset(token, "the second passphrase")]);
    expect(replies.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([204, 422]);
  });

  it("400 for a weak password, and the token still works; 422 after an hour", async () => {
    await cloud.someone("hour@example.com");
    await ask("hour@example.com");
    await cloud.deliver();
    const token = cloud.tokenTo("hour@example.com");
    expect((await reset(token, "short")).status).toBe(400);
    cloud.clock.advance(3600_000);
    expect((await reset(token)).status).toBe(422);
  });

  it("lets the owner of a half-made account in: the mail about it sets a password and verifies", async () => {
    await cloud.signUp("taken@example.com", { password: "what a squatter chose" });
    await cloud.signUp("taken@example.com");
    expect((await reset(cloud.tokenTo("taken@example.com"), "what the owner chose")).status).toBe(204);
    await cloud.signIn("taken@example.com", "what the owner chose");
    await expect(cloud.signIn("taken@example.com", "what a squatter chose")).rejects.toThrow("wrong_credentials");
  });
});

describe("POST /identity/auth/change-password", () => {
  it("204 with the present password; other sessions end, this one stays", async () => {
    const { api, email } = await cloud.someone("change@example.com");
    const other = await cloud.signIn(email);
    expect((await api.post("/identity/auth/change-password", { password: PASSWORD, new_password: "a brand new passphrase" })).status).toBe(204);
    expect((await api.get("/identity/users/me")).status).toBe(200);
    expect((await other.api.get("/identity/users/me")).status).toBe(401);
    await cloud.signIn(email, "a brand new passphrase");
  });

  it("403 with a wrong one, 400 for a weak new one", async () => {
    const { api } = await cloud.someone("change-not@example.com");
    const change = (password: string, new_password: string) => api.post("/identity/auth/change-password", { password, new_password });
    expect((await change("wrong horse battery", "a brand new passphrase")).problem).toMatchObject({ status: 403, code: "wrong_password" });
    expect((await change(PASSWORD, "short")).problem.errors).toMatchObject([{ pointer: "/new_password" }]);
  });
});

describe("POST /identity/auth/sign-out", () => {
  it("204; both tokens are worth nothing on the next request", async () => {
    const { api, refresh_token } = await cloud.someone("leaving@example.com");
    expect((await api.post("/identity/auth/sign-out")).status).toBe(204);
    expect((await api.get("/identity/users/me")).status).toBe(401);
    expect((await cloud.client.post("/identity/auth/refresh", { refresh_token })).status).toBe(401);
  });
});
