import type { Ctx } from "../context.ts";
import { DomainError } from "../errors.ts";

export interface RateLimit {
  readonly max: number;
  readonly per_seconds: number;
}

interface Window {
  readonly key: { readonly pk: string; readonly sk: string };
  readonly ends: number;
  readonly left: number;
}

/** The fixed window that a time falls into. `subject` is the partition, so windows of different subjects never meet. */
const windowOf = (ctx: Ctx, subject: string, { per_seconds }: RateLimit): Window => {
  const now = Math.floor(ctx.clock.now().getTime() / 1000);
  const start = now - (now % per_seconds);
  return { key: { pk: `RATE#${subject}`, sk: String(start) }, ends: start + per_seconds, left: start + per_seconds - now };
};

const unless = async (condition: () => Promise<unknown>, failed: () => void): Promise<void> => {
  try {
    await condition();
  } catch (error) {
    if ((error as Error).name !== "ConditionalCheckFailedException") throw error;
    failed();
  }
};

/**
 * Counts one call in the current window and refuses beyond `max`, also under parallel callers: the count is a
 * conditional write. A repeat by the SDK may count twice, which refuses a little early. Fails closed: if the table does
 * not answer, so does the call. Throws DomainError `rate_limited`.
 */
export const takeFromWindow = async (ctx: Ctx, tableId: string, subject: string, limit: RateLimit): Promise<void> => {
  const { key, ends, left } = windowOf(ctx, subject, limit);
  await unless(
    () =>
      ctx.db.send("Update", "RateWindow.take", {
        TableName: ctx.db.physical(tableId),
        Key: key,
        UpdateExpression: "SET #t = :t, #ttl = :ttl ADD #n :one",
        ConditionExpression: "attribute_not_exists(#n) OR #n < :max",
        ExpressionAttributeNames: { "#n": "count", "#t": "_t", "#ttl": "ttl" },
        ExpressionAttributeValues: { ":one": 1, ":max": limit.max, ":t": "RateWindow", ":ttl": ends + 3600 },
      }),
    () => {
      throw new DomainError("rate_limited", "rate_limited", `At most ${limit.max} calls in ${limit.per_seconds} seconds; wait ${left} seconds.`, { retry_after: left });
    },
  );
};

/**
 * Undoes one count in the current window, if there is one. A repeat by the SDK after a lost answer could undo twice,
 * which lends one more call to a caller who earned the first.
 */
export const giveBackToWindow = async (ctx: Ctx, tableId: string, subject: string, limit: RateLimit): Promise<void> => {
  const { key } = windowOf(ctx, subject, limit);
  await unless(
    () =>
      ctx.db.send("Update", "RateWindow.giveBack", {
        TableName: ctx.db.physical(tableId),
        Key: key,
        UpdateExpression: "ADD #n :minus",
        ConditionExpression: "#n > :none",
        ExpressionAttributeNames: { "#n": "count" },
        ExpressionAttributeValues: { ":minus": -1, ":none": 0 },
      }),
    () => undefined,
  );
};
