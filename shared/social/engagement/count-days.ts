import type { Ctx } from "../../kernel/context.ts";
import { type Write, stillMissing } from "../../kernel/table/table.ts";
import { PostDay } from "./post-day.ts";
import type { DayKey, DayTally } from "./tally.ts";

const textOf = ({ org_id, post_id, day, shard }: DayKey): string => [org_id, post_id, day, shard].join("/");

/**
 * The writes that move days' counters: one each, an increment where the day has an item. They fail with conflict
 * `concurrent_change` when another made the day meanwhile; read and decide again by `contend`.
 */
export const countDays = async (ctx: Ctx, tallies: readonly DayTally[]): Promise<Write[]> => {
  const known = new Set((await PostDay.getMany(ctx, tallies, { consistent: true })).map(textOf));
  return tallies.flatMap((one) => {
    const { counters, ...key } = one;
    return known.has(textOf(one)) ? PostDay.writes.increment(ctx, key, counters) : stillMissing(PostDay.writes.create(ctx, { ...key, ...counters }));
  });
};
