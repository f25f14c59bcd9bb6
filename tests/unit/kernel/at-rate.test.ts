import { describe, expect, it } from "vitest";
import { atRate } from "../../../shared/kernel/at-rate.ts";
import { testClock } from "../../support/dynamo.ts";

const items = Array.from({ length: 250 }, (_, n) => n);

const pacing = (work_ms = 0) => {
  const clock = testClock();
  const slept: number[] = [];
  const sleep = async (ms: number): Promise<void> => {
    slept.push(ms);
    clock.advance(ms);
  };
  const batches: number[] = [];
  const work = async (batch: readonly number[]): Promise<number> => {
    batches.push(batch.length);
    clock.advance(work_ms);
    return batch.length;
  };
  return { clock, slept, sleep, batches, work };
};

describe("atRate", () => {
  it("takes a second for as many as may be written in one", async () => {
    const { clock, sleep, slept, batches, work } = pacing(200);
    expect(await atRate({ clock, sleep }, items, { per_second: 100, most: 100, hasTime: () => true }, work)).toBe(250);
    expect([batches, slept]).toEqual([
      [100, 100, 50],
      [800, 800, 300],
    ]);
  });
  it("never has more at once than a second's worth, and waits for nothing that was not written", async () => {
    const { clock, sleep, slept, batches } = pacing();
    await atRate({ clock, sleep }, items.slice(0, 6), { per_second: 2, most: 100, hasTime: () => true }, async (batch) => {
      batches.push(batch.length);
      return batch[0] === 0 ? 2 : 0;
    });
    expect([batches, slept]).toEqual([[2, 2, 2], [1000]]);
  });
  it("ends where time does, and says how far it came", async () => {
    const { clock, sleep, batches, work } = pacing();
    expect(await atRate({ clock, sleep }, items, { per_second: 100, most: 100, hasTime: () => batches.length < 2 }, work)).toBe(200);
  });
});
