import { describe, expect, it } from "vitest";
import type { Envelope } from "../../../../events/envelope.ts";
import { busOver } from "../../../../shared/kernel/bus/bus.ts";
import type { Pace } from "../../../../shared/kernel/queue/batches.ts";

const pace: Pace = { random: () => 0, wait: async () => undefined };
const envelope = (n: number, text = ""): Envelope => ({
  id: `e-${n}`,
  type: "soundcloud.queue-published.v1",
  org_id: "o",
  at: "2026-03-10T06:00:00Z",
  data: { text },
});

describe("busOver", () => {
  it("publishes in calls of ten entries and 256 KB at most", async () => {
    const groups: number[] = [];
    const bus = busOver(async (group) => (groups.push(group.length), []), pace);
    expect(await bus.publish(Array.from({ length: 25 }, (_, n) => envelope(n)))).toEqual([]);
    expect(groups).toEqual([10, 10, 5]);
    groups.length = 0;
    await bus.publish(Array.from({ length: 4 }, (_, n) => envelope(n, "x".repeat(100 * 1024))));
    expect(groups).toEqual([2, 2]);
  });

  it("returns what the bus refuses to the end", async () => {
    let calls = 0;
    const bus = busOver(async (group) => {
      calls += 1;
      return group.filter(({ value }) => value.id === "e-3").map((entry) => ({ entry, reason: "InternalFailure", permanent: false }));
    }, pace);
    expect(await bus.publish(Array.from({ length: 5 }, (_, n) => envelope(n)))).toEqual([{ envelope: envelope(3), reason: "InternalFailure" }]);
    expect(calls).toBe(4);
  });
});
