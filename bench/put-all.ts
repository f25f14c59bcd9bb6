import { inParallel } from "../shared/kernel/queue/parallel.ts";
import type { Write } from "../shared/kernel/table/table.ts";
import type { SoundcloudWorld } from "../tests/support/soundcloud.ts";

const MOST_PUTS = 25;
const AT_ONCE = 4;

/**
 * Puts the items that some creations would store, with their unique rows and without their conditions: for filling a
 * table that nobody else writes to. Facts are told by use cases, so this tells none.
 */
export const putAll = async ({ db, physical }: Pick<SoundcloudWorld, "db" | "physical">, writes: readonly Write[]): Promise<void> => {
  const puts = writes.map(({ item }) => ({ PutRequest: { Item: item.Put!.Item } }));
  const slices = Array.from({ length: Math.ceil(puts.length / MOST_PUTS) }, (_, at) => puts.slice(at * MOST_PUTS, (at + 1) * MOST_PUTS));
  await inParallel(slices, AT_ONCE, async (slice) => {
    const { UnprocessedItems = {} } = await db.send("BatchWrite", "bench.putAll", { RequestItems: { [physical.soundcloud]: slice } });
    if (Object.keys(UnprocessedItems).length > 0) throw new Error("The engine has left puts undone.");
  });
};
