import { describe, expect, it, vi } from "vitest";
import { DomainError } from "../../../shared/kernel/errors.ts";
import { logWith, logger, redact } from "../../../shared/kernel/log.ts";
import { testLog } from "../../support/dynamo.ts";

describe("redact", () => {
  it("hides secrets by key at any depth, whatever their spelling", () => {
    const hidden = [
      "password",
      "Password",
      "access_token",
      "accessToken",
      "refresh_token",
      "Authorization",
      "Set-Cookie",
      "api_key",
      "apiKey",
      "email",
      "phone",
      "client_secret",
    ];
    for (const key of hidden) {
      const text = JSON.stringify(redact({ outer: [{ inner: { [key]: "canary" } }] }));
      expect(text, key).not.toContain("canary");
    }
  });

  it("keeps what is not secret", () => {
    const fields = { org_id: "o", tokens_used: 3, nested: { status: "new", at: new Date(0), list: [1, null, true] } };
    expect(redact(fields)).toEqual({ org_id: "o", tokens_used: 3, nested: { status: "new", at: "1970-01-01T00:00:00.000Z", list: [1, null, true] } });
  });

  it("hides tokens inside texts and errors", () => {
    const token = `gsa_${"A1b2".repeat(20)}`;
    const error = new DomainError("invalid", "bad", `Got ${token}.`, { cause: new Error(`Authorization: Bearer ${"x".repeat(40)}`) });
    const text = JSON.stringify(redact({ error, message: `Bearer ${token}` }));
    expect(text).not.toContain("A1b2A1b2");
    expect(text).not.toContain("xxxxxxxx");
    expect(text).toContain('"code":"bad"');
  });

  it("drops an error's other members, ends at a depth, and survives a circle", () => {
    const circle: Record<string, unknown> = { $response: 1 };
    circle["self"] = circle;
    expect(JSON.stringify(redact({ circle }))).toContain("[deeper]");
    expect(redact({ error: Object.assign(new Error("x"), { $response: "canary" }) })["error"]).not.toHaveProperty("$response");
    expect(redact({ bytes: Buffer.from("canary"), big: 10n })).toEqual({ bytes: "[6 bytes]", big: "10" });
  });
});

describe("logger", () => {
  it("writes one redacted JSON line, with the fields of logWith", () => {
    const written = vi.spyOn(process.stdout, "write").mockReturnValue(true);
    try {
      logWith(logger(), { request_id: "r1" }).info("signed in", { org_id: "o1", email: "a@b.c" });
      const line = JSON.parse(written.mock.calls[0]![0] as string) as Record<string, unknown>;
      expect(line).toMatchObject({ level: "INFO", message: "signed in", request_id: "r1", org_id: "o1", email: "[hidden]" });
    } finally {
      written.mockRestore();
    }
  });

  it("lets a line's own fields win", () => {
    const log = testLog();
    logWith(log, { a: 1, b: 1 }).warn("m", { b: 2 });
    expect(log.lines).toEqual([{ level: "warn", message: "m", fields: { a: 1, b: 2 } }]);
  });
});
