import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type ResendSandbox, startResendSandbox } from "../../../infra/local/sandbox/resend/start.ts";
import { type Mail, type ResendOptions, resendClient } from "../../../shared/mail/resend.client.ts";
import { type TestClock, control, testClock } from "./support.ts";

const mail: Mail = {
  from: "Groundswell <ops@mail.example.com>",
  to: "member@example.com",
  subject: "Your track is queued",
  html: "<p>Hi</p>",
  text: "Hi",
  tags: { org_id: "org_1", message_key: "01JD3Z7Q6M" },
  headers: { "List-Unsubscribe": "<https://example.com/u>" },
};

let clock: TestClock;
let sandbox: ResendSandbox;
beforeEach(async () => {
  clock = testClock();
  sandbox = await startResendSandbox({ now: clock.now });
});
afterEach(() => sandbox.stop());

const client = (options: Partial<ResendOptions> = {}) =>
  resendClient({ api_url: sandbox.url, api_key: "re_test", clock, sleep: clock.sleep, random: () => 0.5, ...options });
const fault = (kind: string, count = 1): Promise<unknown> => control(sandbox.url, "POST", "faults", { kind, count });

describe("send", () => {
  it("sends a mail and reads it back", async () => {
    const sent = await client().send(mail, "queue-assignment/1");
    if (sent.kind !== "ok") throw new Error(sent.kind);
    expect(await client().get(sent.value.id)).toEqual({
      kind: "ok",
      value: {
        id: sent.value.id,
        to: ["member@example.com"],
        from: mail.from,
        subject: mail.subject,
        created_at: "2026-11-20T10:00:00.000Z",
        last_event: "delivered",
      },
    });
    expect(await sandbox.mails()).toMatchObject([{ id: sent.value.id, html: "<p>Hi</p>", text: "Hi", tags: mail.tags, headers: mail.headers }]);
  });

  it("sends once under one key, also when twenty send it at the same time", async () => {
    const all = await Promise.all(Array.from({ length: 20 }, () => client().send(mail, "key")));
    const ids = new Set(all.map((outcome) => (outcome.kind === "ok" ? outcome.value.id : outcome.kind)));
    expect(await sandbox.mails()).toHaveLength(1);
    expect(ids).toEqual(new Set([(await sandbox.mails())[0]!.id]));
  });

  it.each(["lost_answer", "timeout", "500", "503", "reset", "409_concurrent", "429_json", "429_text", "malformed"])(
    "sends once although it met %s",
    async (kind) => {
      await fault(kind);
      expect(await client({ timeout_ms: 200 }).send(mail, "key")).toMatchObject({ kind: "ok" });
      expect(await sandbox.mails()).toHaveLength(1);
    },
  );

  it("remembers a key for 24 hours", async () => {
    await client().send(mail, "key");
    clock.advance(86_399_999);
    await client().send(mail, "key");
    expect(await sandbox.mails()).toHaveLength(1);
    clock.advance(1);
    await client().send(mail, "key");
    expect(await sandbox.mails()).toHaveLength(2);
  });

  it.each([
    ["another mail under the same key", { ...mail, subject: "Other" }, "used", "invalid_idempotent_request"],
    ["no sender", { ...mail, from: "" }, "k", "missing_required_field"],
    ["a malformed sender", { ...mail, from: "ops" }, "k", "invalid_from_address"],
    ["51 recipients", { ...mail, to: Array.from({ length: 51 }, (_, i) => `m${i}@example.com`) }, "k", "validation_error"],
    ["a tag with a colon", { ...mail, tags: { key: "a:b" } }, "k", "validation_error"],
    ["a key that is too long", mail, "k".repeat(257), "invalid_idempotency_key"],
  ])("refuses %s for good", async (_, given, key, code) => {
    await client().send(mail, "used");
    expect(await client().send(given, key)).toMatchObject({ kind: "permanent", code });
    expect(await sandbox.mails()).toHaveLength(1);
  });
});

describe("refusals", () => {
  it("wrong credentials are permanent: nothing renews them", async () => {
    expect(await client({ api_key: "re_invalid" }).send(mail, "k")).toMatchObject({ kind: "permanent", code: "invalid_api_key" });
    await fault("401");
    expect(await client().send(mail, "k")).toMatchObject({ kind: "permanent", code: "restricted_api_key" });
  });

  it("a used-up daily quota waits for midnight UTC", async () => {
    await fault("429_gateway");
    expect(await client().send(mail, "k")).toEqual({ kind: "retry_later", after_ms: 14 * 3_600_000, reason: "Resend: daily_quota_exceeded." });
  });

  it("an unknown mail is not found", async () => {
    expect(await client().get("56761188-7520-42d8-8898-ff6fc54ce618")).toMatchObject({ kind: "permanent", code: "not_found" });
  });

  it("a service that stays away is retry_later, after four attempts", async () => {
    await fault("500", 10);
    expect(await client().send(mail, "k")).toMatchObject({ kind: "retry_later" });
    expect(await control(sandbox.url, "GET", "faults")).toMatchObject({ items: [{ count: 6 }] });
  });
});

describe("rate limits", () => {
  it("are not exceeded by one client: it stops when the service says that nothing remains", async () => {
    const statuses: number[] = [];
    const counting: typeof fetch = async (...args) => {
      const response = await fetch(...args);
      statuses.push(response.status);
      return response;
    };
    const one = client({ per_second: 1_000, fetch: counting });
    for (let i = 0; i < 25; i++) expect((await one.send(mail, `k${i}`)).kind).toBe("ok");
    expect(statuses).toEqual(Array.from({ length: 25 }, () => 200));
  });

  it("beyond them the sandbox answers 429 with the documented headers", async () => {
    const ask = () => fetch(`${sandbox.url}/emails/x`, { headers: { authorization: "Bearer re_test" } });
    const first = await ask();
    expect(Object.fromEntries(first.headers)).toMatchObject({ "ratelimit-limit": "10", "ratelimit-remaining": "9", "ratelimit-reset": "1" });
    for (let i = 0; i < 9; i++) await ask();
    const last = await ask();
    expect([last.status, last.headers.get("retry-after")]).toEqual([429, "1"]);
    expect(await last.json()).toMatchObject({ statusCode: 429, name: "rate_limit_exceeded" });
    clock.advance(1_000);
    expect((await ask()).status).toBe(404);
  });
});

describe("the sandbox", () => {
  it("keeps mails and keys between starts", async () => {
    const folder = mkdtempSync(join(tmpdir(), "sandbox-"));
    const state_file = join(folder, "resend.json");
    const first = await startResendSandbox({ now: clock.now, state_file });
    const sent = await client({ api_url: first.url }).send(mail, "k");
    await first.stop();
    const second = await startResendSandbox({ now: clock.now, state_file });
    expect(await client({ api_url: second.url }).send(mail, "k")).toEqual(sent);
    expect(await second.mails()).toHaveLength(1);
    await second.stop();
    rmSync(folder, { recursive: true });
  });

  it("says which file is corrupt", async () => {
    const folder = mkdtempSync(join(tmpdir(), "sandbox-"));
    const state_file = join(folder, "resend.json");
    writeFileSync(state_file, "{");
    await expect(startResendSandbox({ state_file })).rejects.toThrow(`The sandbox's state in ${state_file} cannot be read.`);
    rmSync(folder, { recursive: true });
  });

  it("answers this machine only", async () => {
    const statusFor = (headers: Record<string, string>): Promise<number | undefined> =>
      new Promise((answered, failed) => {
        const sent = request(`${sandbox.url}/sandbox/mails`, { headers }, (response) => {
          response.resume();
          answered(response.statusCode);
        });
        sent.on("error", failed).end();
      });
    expect(await statusFor({})).toBe(200);
    expect(await statusFor({ host: `localhost:${new URL(sandbox.url).port}` })).toBe(200);
    expect(await statusFor({ host: "evil.test" })).toBe(403);
    expect(await statusFor({ origin: "https://evil.test" })).toBe(403);
  });
});
