import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Entry, type Pace, grouped, sendGrouped } from "../../../../shared/kernel/queue/batches.ts";

const entry = (value: number, bytes = 1): Entry<number> => ({ value, bytes });
const entries = (count: number): Entry<number>[] => Array.from({ length: count }, (_, value) => entry(value));
const limits = { count: 10, bytes: 100 };

const recordingPace = (): { pace: Pace; waits: number[] } => {
  const waits: number[] = [];
  return { waits, pace: { random: () => 0.5, wait: async (ms) => void waits.push(ms) } };
};

describe("grouped", () => {
  it("keeps every entry in order, within count and bytes", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 100 }), { maxLength: 200 }), (sizes) => {
        const all = sizes.map((bytes, value) => entry(value, bytes));
        const groups = grouped(all, limits);
        expect(groups.flat()).toEqual(all);
        for (const group of groups) {
          expect(group.length).toBeLessThanOrEqual(10);
          expect(group.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThanOrEqual(100);
        }
        // No group could have taken the first entry of the next one.
        for (const [index, group] of groups.slice(0, -1).entries()) {
          const bytes = group.reduce((sum, one) => sum + one.bytes, 0);
          expect(group.length === 10 || bytes + groups[index + 1]![0]!.bytes > 100).toBe(true);
        }
      }),
    );
  });
});

describe("sendGrouped", () => {
  it("repeats only what was refused, with growing jittered waits", async () => {
    const { pace, waits } = recordingPace();
    const sent: number[] = [];
    const refusals = new Map([
      [3, 2],
      [14, 3],
    ]);
    const left = await sendGrouped(entries(25), limits, pace, async (group) =>
      group.flatMap((one) => {
        const more = refusals.get(one.value) ?? 0;
        refusals.set(one.value, more - 1);
        if (more > 0) return [{ entry: one, reason: "throttled", permanent: false }];
        sent.push(one.value);
        return [];
      }),
    );
    expect(left).toEqual([]);
    expect(sent.toSorted((a, b) => a - b)).toEqual(entries(25).map(({ value }) => value));
    expect(waits).toEqual([50, 100, 200]);
  });

  it("gives up after four attempts and says why", async () => {
    const { pace } = recordingPace();
    let attempts = 0;
    const left = await sendGrouped([entry(7)], limits, pace, async ([one]) => (attempts++, [{ entry: one!, reason: "throttled", permanent: false }]));
    expect(attempts).toBe(4);
    expect(left).toMatchObject([{ entry: { value: 7 }, reason: "throttled" }]);
  });

  it("repeats neither a fault of the sender's nor a call that threw, and sends the other groups", async () => {
    const { pace } = recordingPace();
    const calls: number[] = [];
    const left = await sendGrouped(entries(30), limits, pace, async (group) => {
      calls.push(group[0]!.value);
      if (group[0]!.value === 10) throw new Error("connection reset");
      return group.filter(({ value }) => value === 25).map((one) => ({ entry: one, reason: "invalid", permanent: true }));
    });
    expect(calls).toEqual([0, 10, 20]);
    expect(left.map(({ entry: one }) => one.value)).toEqual([10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 25]);
    expect(left[0]!.reason).toBe("Error: connection reset");
  });
});
