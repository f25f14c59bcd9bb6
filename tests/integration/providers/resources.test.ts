import { describe, expect, it } from "vitest";
import { TrackReply, UserReply, timeFromSoundCloud } from "../../../shared/soundcloud/soundcloud/resources.ts";

const user = {
  urn: "soundcloud:users:98765",
  kind: "user",
  permalink: "jane",
  permalink_url: "https://soundcloud.com/jane",
  username: "Jane",
  followers_count: 4410,
};
const track = {
  urn: "soundcloud:tracks:1234567890",
  title: "Neon Nights",
  permalink_url: "https://soundcloud.com/jane/neon-nights",
  duration: 214000,
  created_at: "2026/11/01 15:40:49 +0000",
  sharing: "public",
  access: "playable",
  playback_count: 10321,
  favoritings_count: 512,
  reposts_count: 87,
  comment_count: 19,
  download_count: 0,
  reveal_stats: true,
  reveal_comments: true,
  user,
};
const counts = ["playback_count", "likes_count", "reposts_count", "comment_count", "download_count"] as const;

describe("a track's reply", () => {
  it("becomes a track in our names", () => {
    expect(TrackReply.parse(track)).toMatchObject({
      urn: track.urn,
      duration_ms: 214000,
      created_at: "2026-11-01T15:40:49.000Z",
      playback_count: 10321,
      likes_count: 512,
      reposts_count: 87,
      comment_count: 19,
      download_count: 0,
      user: { urn: user.urn, followers_count: 4410 },
    });
  });

  it("with hidden statistics has no counts, even where the reply tells some", () => {
    const hidden = TrackReply.parse({ ...track, reveal_stats: false });
    expect(counts.map((name) => hidden[name])).toEqual([null, null, null, null, null]);
  });

  it("has null for each count that is null, missing or no count", () => {
    const { playback_count: _, ...rest } = track;
    const parsed = TrackReply.parse({ ...rest, favoritings_count: null, reposts_count: "many", comment_count: -1, reveal_stats: undefined });
    expect(counts.map((name) => parsed[name])).toEqual([null, null, null, null, 0]);
  });

  it("may tell likes under their other name", () => {
    expect(TrackReply.parse({ ...track, favoritings_count: undefined, likes_count: 7 }).likes_count).toBe(7);
  });

  it("without urn is named by its number, and without both is refused", () => {
    expect(TrackReply.parse({ ...track, urn: undefined, id: 12 }).urn).toBe("soundcloud:tracks:12");
    expect(UserReply.parse({ ...user, urn: undefined, id: 12 }).urn).toBe("soundcloud:users:12");
    expect(TrackReply.safeParse({ ...track, urn: undefined }).success).toBe(false);
  });
});

it.each([
  ["2019/01/15 15:40:49 +0000", "2019-01-15T15:40:49.000Z"],
  ["2019/01/15 15:40:49 +0230", "2019-01-15T13:10:49.000Z"],
  ["2019/13/15 15:40:49 +0000", null],
  ["2019-01-15T15:40:49Z", null],
  [null, null],
])("the time %s", (text, time) => expect(timeFromSoundCloud(text)).toBe(time));
