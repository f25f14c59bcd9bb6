import type { Ctx } from "../context.ts";
import { DomainError } from "../errors.ts";

/**
 * Counts one call in the current fixed window and refuses beyond `max`, also under parallel callers: the count is a
 * conditional write. Fails closed: if the table does not answer, so does the call.
 * `subject` names who is limited and for what; it is the partition key, so windows of different subjects never meet.
 */
export const takeFromWindow = async (ctx: Ctx, tableId: string, subject: string, limit: { max: number; per_seconds: number }): Promise<void> => {
  const now = Math.floor(ctx.clock.now().getTime() / 1000);
  const start = now - (now % limit.per_seconds);
  const ends = start + limit.per_seconds;
  try {
    await ctx.db.send("Update", `RateWindow.take`, {
      TableName: ctx.db.physical(tableId),
      Key: { pk: `RATE#${subject}`, sk: String(start) },
      UpdateExpression: "SET #t = :t, #ttl = :ttl ADD #n :one",
      ConditionExpression: "attribute_not_exists(#n) OR #n < :max",
      ExpressionAttributeNames: { "#n": "count", "#t": "_t", "#ttl": "ttl" },
      ExpressionAttributeValues: { ":one": 1, ":max": limit.max, ":t": "RateWindow", ":ttl": ends + 3600 },
    });
  } catch (error) {
    if ((error as Error).name !== "ConditionalCheckFailedException") throw error;
    throw new DomainError("rate_limited", "rate_limited", `At most ${limit.max} calls in ${limit.per_seconds} seconds; wait ${ends - now} seconds.`, { retry_after: ends - now });
  }
};
