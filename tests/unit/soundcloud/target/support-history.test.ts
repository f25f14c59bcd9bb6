import { describe, expect, it } from "vitest";
import { artistKeys, supportKeys, trackKeys } from "../../../../shared/soundcloud/target/support-history.ts";

describe("what a track is known by", () => {
  it("is its address in lower case while it is unresolved", () => {
    const imported = { track_url: "https://soundcloud.com/NightOwl/Big-Track", track_key: "https://soundcloud.com/nightowl/big-track", artist_key: "nightowl" };
    expect(supportKeys(imported)).toEqual([{ track_key: "https://soundcloud.com/nightowl/big-track", artist_key: "nightowl" }]);
  });

  it("is the URN and still the address once it is resolved, so that an unresolved twin meets it", () => {
    const resolved = { track_url: "https://soundcloud.com/NightOwl/Big-Track", track_key: "soundcloud:tracks:1", artist_key: "soundcloud:users:2" };
    const twin = { track_url: "https://soundcloud.com/nightowl/big-track", track_key: "https://soundcloud.com/nightowl/big-track", artist_key: "nightowl" };
    expect(trackKeys(resolved)).toEqual(["soundcloud:tracks:1", "https://soundcloud.com/nightowl/big-track"]);
    expect(artistKeys(resolved)).toEqual(["soundcloud:users:2", "nightowl"]);
    expect(trackKeys(resolved)).toContain(trackKeys(twin)[0]);
    expect(artistKeys(resolved)).toContain(artistKeys(twin)[0]);
  });
});
