import { describe, expect, it } from "vitest";
import { isActionUrl } from "../../../../shared/soundcloud/notification/action-url.ts";

describe("isActionUrl", () => {
  it.each(["/", "/queues/2026-11-21", "/a?b=c#d", "https://soundcloud.com/jane/dawn", "https://m.soundcloud.com/jane"])("takes %s", (text) =>
    expect(isActionUrl(text)).toBe(true),
  );
  it.each([
    "",
    "queues",
    "//evil.example/x",
    "/\\evil.example",
    "/\t/evil.example",
    "https://evil.example/soundcloud.com",
    "https://soundcloud.com.evil.example/x",
    "https://soundcloud.com@evil.example/",
    "https://user@soundcloud.com/x",
    "https://soundcloud.com:8443/x",
    "http://soundcloud.com/x",
    "javascript:alert(1)",
    "data:text/html,x",
  ])("refuses %j", (text) => expect(isActionUrl(text)).toBe(false));
});
