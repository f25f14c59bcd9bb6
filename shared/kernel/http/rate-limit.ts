import type { Ctx } from "../context.ts";
import { DomainError } from "../errors.ts";

export interface RateLimit {
  readonly max: number;
  readonly per_seconds: number;
}

interface Window {
  readonly key: { readonly pk: string; readonly sk: string };
  readonly ends: number;
  readonly resets_s: number;
}

/** The fixed window that a time falls into. `subject` is the partition, so windows of different subjects never meet. */
const windowOf = (ctx: Ctx, subject: string, { per_seconds }: RateLimit): Window => {
  const now = Math.floor(ctx.clock.now().getTime() / 1000);
  const start = now - (now % per_seconds);
  return { key: { pk: `RATE#${subject}`, sk: String(start) }, ends: start + per_seconds, resets_s: start + per_seconds - now };
};

/** Undefined when the condition failed. */
const unlessRefused = async <T>(write: () => Promise<T>): Promise<T | undefined> => {
  try {
    return await write();
  } catch (error) {
    if ((error as Error).name !== "ConditionalCheckFailedException") throw error;
    return undefined;
  }
};

export interface Taken {
  /** False when the window was full: the call is not counted. */
  readonly taken: boolean;
  /** How many more calls the window has. */
  readonly left: number;
  /** Seconds until the next window begins. */
  readonly resets_s: number;
}

/**
 * Counts one call in the current window, never more than `max`, also under parallel callers: the count is a conditional
 * write. A repeat by the SDK may count twice, which refuses a little early. Fails closed: if the table does not answer,
 * so does the call.
 */
export const countInWindow = async (ctx: Ctx, tableId: string, subject: string, limit: RateLimit): Promise<Taken> => {
  const { key, ends, resets_s } = windowOf(ctx, subject, limit);
  const reply = await unlessRefused(() =>
    ctx.db.send("Update", "RateWindow.take", {
      TableName: ctx.db.physical(tableId),
      Key: key,
      UpdateExpression: "SET #t = :t, #ttl = :ttl ADD #n :one",
      ConditionExpression: "attribute_not_exists(#n) OR #n < :max",
      ExpressionAttributeNames: { "#n": "count", "#t": "_t", "#ttl": "ttl" },
      ExpressionAttributeValues: { ":one": 1, ":max": limit.max, ":t": "RateWindow", ":ttl": ends + 3600 },
      ReturnValues: "UPDATED_NEW",
    }),
  );
  return reply ? { taken: true, left: limit.max - reply.Attributes.count, resets_s } : { taken: false, left: 0, resets_s };
};

export const rateLimited = ({ max, per_seconds }: RateLimit, resets_s: number): DomainError =>
  new DomainError("rate_limited", "rate_limited", `At most ${max} calls in ${per_seconds} seconds; wait ${resets_s} seconds.`, { retry_after: resets_s });

/** As `countInWindow`. Throws DomainError `rate_limited` when the window is full. */
export const takeFromWindow = async (ctx: Ctx, tableId: string, subject: string, limit: RateLimit): Promise<void> => {
  const { taken, resets_s } = await countInWindow(ctx, tableId, subject, limit);
  if (!taken) throw rateLimited(limit, resets_s);
};

/**
 * Undoes one count in the current window, if there is one. A repeat by the SDK after a lost answer could undo twice,
 * which lends one more call to a caller who earned the first.
 */
export const giveBackToWindow = async (ctx: Ctx, tableId: string, subject: string, limit: RateLimit): Promise<void> => {
  const { key } = windowOf(ctx, subject, limit);
  await unlessRefused(() =>
    ctx.db.send("Update", "RateWindow.giveBack", {
      TableName: ctx.db.physical(tableId),
      Key: key,
      UpdateExpression: "ADD #n :minus",
      ConditionExpression: "#n > :none",
      ExpressionAttributeNames: { "#n": "count" },
      ExpressionAttributeValues: { ":minus": -1, ":none": 0 },
    }),
  );
};
