import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findTrackUrl, parseTrackUrl } from "../../../shared/soundcloud/track-url.ts";
import { anyText } from "./import/reading.ts";

const TRACK = { kind: "track", track_url: "https://soundcloud.com/john-doe/neon-nights", user: "john-doe", slug: "neon-nights" };
const SET = { kind: "set", track_url: "https://soundcloud.com/john-doe/sets/best-of", user: "john-doe", slug: "best-of" };
const PROFILE = { kind: "profile", track_url: "https://soundcloud.com/john-doe", user: "john-doe" };

describe("parseTrackUrl", () => {
  it.each([
    ["https://soundcloud.com/john-doe/neon-nights", TRACK],
    ["\u00A0http://www.soundcloud.com/John-Doe/Neon-Nights/?utm_source=clipboard&si=abc#t=1:00 ", TRACK],
    ["m.soundcloud.com/john-doe/neon-nights?in=a/sets/b", TRACK],
    ["https://soundcloud.com/john-doe/neon-nights/recommended", TRACK],
    ["https://soundcloud.com/john-doe/neon-nights/s-8Pjrp", { ...TRACK, kind: "private", secret_token: "s-8Pjrp" }],
    ["https://soundcloud.com/john-doe/neon-nights?secret_token=s-8Pjrp", { ...TRACK, kind: "private", secret_token: "s-8Pjrp" }],
    ["https://soundcloud.com/john-doe/sets/best-of", SET],
    ["https://soundcloud.com/john-doe/sets/best-of/s-AbC12", { ...SET, secret_token: "s-AbC12" }],
    ["https://soundcloud.com/john-doe", PROFILE],
    ["https://soundcloud.com/john-doe/reposts", PROFILE],
    ["https://soundcloud.com/john-doe/sets", PROFILE],
    ["https://soundcloud.com/john-doe/neon-nights\u200B", TRACK],
    ["\uFEFFhttps://soundcloud.com/\u2060john-doe", PROFILE],
    ["HTTPS://ON.SoundCloud.com/AbCd1", { kind: "short", track_url: "https://on.soundcloud.com/AbCd1" }],
  ])("takes %j", (input, expected) => {
    expect(parseTrackUrl(input)).toEqual(expected);
  });

  it.each([
    ["  ", "empty"],
    [`https://soundcloud.com/a/b?${"x".repeat(2_048)}`, "too_long"],
    ["neon nights", "not_a_url"],
    ["hello", "not_a_url"],
    ["soundcloud.com", "no_path"],
    ["https://soundcloud.com/", "no_path"],
    ["https://on.soundcloud.com/", "no_path"],
    ["https://on.soundcloud.com/a/b", "malformed_path"],
    ["https://soundcloud.com/discover", "site_page"],
    ["https://soundcloud.com/search?q=x", "site_page"],
    ["https://soundcloud.com.evil.example/a/b", "wrong_host"],
    ["https://evil.example/soundcloud.com/a/b", "wrong_host"],
    ["https://evil.example/?soundcloud.com", "wrong_host"],
    ["https://notsoundcloud.com/a/b", "wrong_host"],
    ["https://api.soundcloud.com/tracks/1", "wrong_host"],
    ["https://w.soundcloud.com/player/?url=https%3A//soundcloud.com/a/b", "wrong_host"],
    ["https://u:p@soundcloud.com/a/b", "credentials_or_port"],
    ["https://@soundcloud.com/a/b", "credentials_or_port"],
    ["https://soundcloud.com:8443/a/b", "credentials_or_port"],
    ["https://soundcloud.com@evil.example/a/b", "wrong_host"],
    ["ftp://soundcloud.com/a/b", "wrong_scheme"],
    ["javascript:alert(1)", "wrong_scheme"],
    ["https://soundcloud.com/a/b/c", "malformed_path"],
    ["https://soundcloud.com/a/b/c/d/e", "malformed_path"],
    ["https://soundcloud.com/a/%2e%2e%2fb", "malformed_path"],
    ["https://soundcloud.com/a/../b", "malformed_path"],
    ["https://soundcloud.com/a b/c", "malformed_path"],
    ["https://sound\ncloud.com/a/b", "malformed_path"],
    ["https://soundcloud.com/john-doe/sets/best-of/xyz", "malformed_path"],
    ["https://soundcloud.com/a/b?secret_token=oops", "malformed_path"],
  ])("refuses %j", (input, fault) => {
    expect(parseTrackUrl(input)).toEqual({ fault });
  });

  it("gives an address that it takes again unchanged, on a SoundCloud host, and without the token", () => {
    const name = fc.stringMatching(/^[\w-]{1,30}$/);
    const input = fc.record({
      scheme: fc.constantFrom("https://", "http://", "HTTP://", ""),
      host: fc.constantFrom("soundcloud.com", "www.soundcloud.com", "M.SoundCloud.com"),
      path: fc.array(fc.oneof(name, fc.constantFrom("sets", "reposts", "s-Abc123", "recommended")), { maxLength: 5 }),
      end: fc.constantFrom("", "/", "?si=1", "#t=1", "?secret_token=s-q1W"),
    });
    fc.assert(
      fc.property(input, ({ scheme, host, path, end }) => {
        const found = parseTrackUrl(`${scheme}${host}/${path.join("/")}${end}`);
        if ("fault" in found) return;
        const again = parseTrackUrl(found.track_url);
        expect(again).toEqual({ ...found, kind: found.kind === "private" ? "track" : found.kind, secret_token: undefined });
        expect(new URL(found.track_url).host).toBe("soundcloud.com");
        expect(found.track_url).not.toContain("?");
      }),
    );
  });

  it("answers any text", () => {
    fc.assert(
      fc.property(fc.constantFrom("", "https://", "soundcloud.com/", "https://soundcloud.com/a/"), anyText(60), (start, end) => {
        const found = parseTrackUrl(start + end);
        expect("fault" in found || /^https:\/\/(on\.)?soundcloud\.com\/[\w/-]+$/.test(found.track_url)).toBe(true);
      }),
    );
  });
});

describe("findTrackUrl", () => {
  it.each([
    ["see (https://SoundCloud.com/A/b?x=1).", "https://soundcloud.com/A/b", ["upper_host", "query", "text_around"]],
    ["Link:https://soundcloud.com/a/b, more", "https://soundcloud.com/a/b", ["text_around"]],
    ["https://open.spotify.com/x soundcloud.com/a/b", "https://soundcloud.com/a/b", ["no_scheme", "two_urls_first_counts"]],
    ["https://soundcloud.com/a/b;https://soundcloud.com/c/d", "https://soundcloud.com/a/b", ["two_urls_first_counts"]],
    ["[b](https://soundcloud.com/a/b)", "https://soundcloud.com/a/b", ["text_around"]],
    ["https://soundcloud.com/a/b\u200B", "https://soundcloud.com/a/b", []],
    ["as on https://soundcloud.com/a/b\u2019s page", "https://soundcloud.com/a/b", ["text_around"]],
    ["\u201Chttps://soundcloud.com/a/b\u201D", "https://soundcloud.com/a/b", ["text_around"]],
    [" www.soundcloud.com/a/b/\n", "https://soundcloud.com/a/b", ["no_scheme", "www", "trailing_slash", "padding"]],
    ["http://m.soundcloud.com/a#t=1", "https://soundcloud.com/a", ["http", "mobile_host", "fragment", "profile_url"]],
    ["https://on.soundcloud.com/AbC?x", "https://on.soundcloud.com/AbC", ["query", "short_link"]],
    ["https://soundcloud.com/a/sets/b/s-x1", "https://soundcloud.com/a/sets/b", ["set", "private_link"]],
    ["https://soundcloud.com/discover/x/y/z/w", "https://soundcloud.com/discover/x/y/z/w", []],
  ])("finds the address in %j", (cell, track_url, forms) => {
    expect(findTrackUrl(cell)).toMatchObject({ track_url, forms });
  });

  it.each([
    "",
    "soundcloud",
    "soundcloud.com",
    "https://soundcloud.com/",
    "https://soundcloud.com?x=/a/b",
    "https://soundcloud,com/a/b",
    "https://notsoundcloud.com/a/b",
    "https://soundcloud.com.links.example/a/b",
    "https://soundcloud.com@files.example/a/b",
    "https://soundcloud.com:8443/a/b",
    "https://example.com/r?u=https%3A%2F%2Fsoundcloud.com%2Fa%2Fb",
    "https://example.com/r?u=https://soundcloud.com/a/b",
    "https://example.com/(https://soundcloud.com/a/b)",
    "example.com/https://soundcloud.com/a/b",
    "example.com/r?u=soundcloud.com/a/b",
    "me@soundcloud.com/a",
    "ftp://soundcloud.com/a/b",
    "javascript://soundcloud.com/%0aalert(1)",
    "https://api.soundcloud.com/tracks/1",
  ])("finds none in %j", (cell) => {
    expect(findTrackUrl(cell)).toBeUndefined();
  });

  it("keeps the token apart and the equality of two secret links by it", () => {
    const one = findTrackUrl("https://soundcloud.com/a/b/s-One1?si=2");
    const two = findTrackUrl("https://soundcloud.com/a/b/s-Two2");
    expect(one).toMatchObject({ kind: "private", track_url: "https://soundcloud.com/a/b", secret_token: "s-One1" });
    expect(one?.path_with_token).not.toBe(two?.path_with_token);
  });

  it("needs no long time for a hostile cell", () => {
    const cells = ["a", "a.", "a-", ".", "https://", "soundcloud.com/", "t ", "x:/"].map((part) => part.repeat(200_000));
    const start = performance.now();
    for (const cell of cells) findTrackUrl(cell);
    expect(performance.now() - start).toBeLessThan(3_000);
  });

  it("agrees with the strict parser on every address that it takes, but for case", () => {
    const path = fc.array(fc.stringMatching(/^[a-z0-9_-]{1,12}$/), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(path, (parts) => {
        const text = `https://soundcloud.com/${parts.join("/")}`;
        const strict = parseTrackUrl(text);
        if (!("fault" in strict) && !/\/(recommended|tracks|albums|likes|reposts|comments)$/.test(text)) expect(findTrackUrl(text)).toMatchObject(strict);
      }),
    );
  });
});
