import { describe, expect, it } from "vitest";
import { EVENTS, MOST_BYTES, MOST_WRITES, measureEngagement } from "../support/engagement-size.ts";
import { atSize, figures } from "../support/figures.ts";

const POSTS = atSize({ test: 2, soak: 1_000 });

describe("the engagement of a post", () => {
  it(
    `of ${EVENTS} events stays below ${MOST_BYTES} bytes, and within what an event and a view may cost`,
    async () => {
      const { bytes_per_post, per_event, per_view } = await measureEngagement(POSTS);
      expect(bytes_per_post).toBeLessThanOrEqual(MOST_BYTES);
      expect(per_event).toBeLessThanOrEqual(MOST_WRITES.event);
      expect(per_view).toBeLessThanOrEqual(MOST_WRITES.view);
      // An event's own item and its index entry; a bound that something empty would meet shows nothing.
      expect(per_event).toBeGreaterThan(2);
      expect(bytes_per_post).toBeGreaterThan(50_000);
      figures("R4", {
        "bytes of a post's engagement": bytes_per_post,
        "write units an event": per_event.toFixed(3),
        "write units a view": per_view.toFixed(4),
      });
    },
    atSize({ test: 240_000, soak: 14_400_000 }),
  );
});
