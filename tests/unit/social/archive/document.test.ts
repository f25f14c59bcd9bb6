import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { linesOf, packed, sha256, unpacked } from "../../../../shared/social/archive/document.ts";
import { EngagementEvent } from "../../../../shared/social/engagement/engagement-event.ts";
import { testCtx } from "../../../support/dynamo.ts";

const ctx = testCtx();
const posts = [ctx.ids.uuid(), ctx.ids.uuid()] as const;
const eventOf = (post_id: string, id: string): EngagementEvent =>
  EngagementEvent.draft(ctx, {
    org_id: ctx.org_id,
    month: "2025-01",
    post_id,
    id,
    platform: "tiktok",
    event_type: "comment",
    event_timestamp: "2025-01-03T00:00:00.000Z",
    event_metadata: { text: "Ünï\n💪", n: 0.1, none: null },
    event_value: 0,
  });
const slices = [
  { post_id: posts[0], events: [eventOf(posts[0], "a"), eventOf(posts[0], "b")] },
  { post_id: posts[1], events: [eventOf(posts[1], "a")] },
];
const all = slices.flatMap(({ events }) => events);

describe("a part", () => {
  it("is one gzip file of all lines, with their count and checksum", async () => {
    const { bytes, events, sha256: checksum } = await packed(slices);
    expect(gunzipSync(bytes).toString()).toBe(linesOf(all));
    expect([events, checksum]).toEqual([3, sha256(linesOf(all))]);
    expect((await packed(slices)).bytes).toEqual(bytes);
  });
  it("has slices that are unpacked alone", async () => {
    const { bytes, slices: made } = await packed(slices);
    for (const [at, slice] of made.entries()) {
      expect(slice).toMatchObject({ post_id: slices[at]!.post_id, last: slices[at]!.events.at(-1)!.id });
      expect(await unpacked(bytes.subarray(slice.from, slice.from + slice.length), { ...slice, shape: 0 })).toEqual({ events: slices[at]!.events });
    }
  });
  it("gives back equal events, each with its version and times", async () => {
    const made = await packed(slices);
    expect((await unpacked(made.bytes, { ...made, shape: 0 })).events).toEqual(all);
  });
  it("is found out when a bit, an event or the end is another", async () => {
    const made = await packed(slices);
    const noted = { ...made, shape: 0 };
    for (let at = 0; at < made.bytes.length; at++) {
      const bytes = Buffer.from(made.bytes);
      bytes[at]! ^= 0x10;
      const { events, fault } = await unpacked(bytes, noted);
      // Some bits of a gzip header mean nothing to the lines.
      if (fault === undefined) expect(events).toEqual(all);
      else expect(events).toEqual([]);
    }
    expect(await unpacked(made.bytes.subarray(0, -9), noted)).toMatchObject({ events: [], fault: expect.stringContaining("cannot be unpacked") });
    const other = await packed([slices[0]!, { post_id: posts[1], events: [eventOf(posts[1], "c")] }]);
    expect(await unpacked(other.bytes, noted)).toMatchObject({ fault: "has another checksum than what was copied" });
    expect(await unpacked(made.bytes, { ...noted, events: 4 })).toMatchObject({ fault: "has 3 events instead of 4" });
  });
});
