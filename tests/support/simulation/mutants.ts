import type { Database, Op } from "../../../shared/kernel/table/database.ts";
import { randomOf } from "../faults/random.ts";
import { cancelled } from "./memory-store.ts";

/** A mistake of the code under test, made at its way to the database. */
export type DatabaseMutant = (db: Database) => Database;
type Item = Record<string, any>;
type Send = (op: Op, input: any) => Promise<any>;

/** `change` may answer itself; undefined leaves the request as it is. */
export const mistake = (change: (op: Op, input: any, send: Send, random: () => number, pattern: string) => Promise<any> | undefined): DatabaseMutant => {
  const random = randomOf(1);
  return (db) => ({
    ...db,
    send: (op, pattern, input) => change(op, input, (other, changed) => db.send(other, pattern, changed), random, pattern) ?? db.send(op, pattern, input),
  });
};

const isOf =
  (entity: string) =>
  ({ Put }: Item): boolean =>
    Put?.Item._t === entity;
export const isEntry = isOf("LedgerEntry");
export const isWallet = ({ Update }: Item): boolean => Update?.Key.sk === "W";
export const isAssignment = ({ Update }: Item): boolean => Update !== undefined && /#A#/.test(Update.Key.pk) && Update.Key.sk !== "W";
/** A campaign's count of verified reposts. */
export const isCount = ({ Update }: Item): boolean =>
  Update?.Key.sk === "C" && /#verified_reposts/.test(Update.UpdateExpression) && !/#verified_reposts = /.test(Update.UpdateExpression);
export const isUniqueRow = ({ Put }: Item): boolean => Put?.Item.sk === "U";
export const isHistory = ({ Put }: Item): boolean => (Put?.Item._t ?? "").endsWith(".history");
/** The run that an automation's health counts. */
export const isRun = ({ Update }: Item): boolean => (Update?.Key.pk ?? "").endsWith("#AH");
export const isSubmission = ({ Update }: Item): boolean => Update?.Key.sk === "S" && /#S#/.test(Update.Key.pk);
export const isMailLog = ({ Update }: Item): boolean => Update?.Key.sk === "EL";
export const isPost = isOf("SlackPost");
export const isSlackStatus = ({ Update }: Item): boolean => Update?.Key.sk === "SLK";
export const isOutbox = isOf("Outbox");
export const isClaim = ({ Update }: Item): boolean => Update?.Key.sk === "I";
const movesCredits = (items: readonly Item[]): boolean => items.some(isWallet);

/** A mistake in the transactions that move credits. */
export const inTransaction = (change: (items: Item[], random: () => number) => Item[]): DatabaseMutant =>
  mistake((op, input, send, random) =>
    op === "TransactWrite" && movesCredits(input.TransactItems) ? send(op, { TransactItems: change(input.TransactItems, random) }) : undefined,
  );
/** The same in any transaction. */
export const without = (is: (item: Item) => boolean): DatabaseMutant =>
  mistake((op, input, send) => {
    if (op !== "TransactWrite" || !input.TransactItems.some(is)) return undefined;
    const rest = input.TransactItems.filter((item: Item) => !is(item));
    return rest.length === 0 ? Promise.resolve({}) : send(op, { TransactItems: rest });
  });

const onlyUsed = (marks: Item | undefined, expressions: string): Item | undefined => {
  const used = Object.entries(marks ?? {}).filter(([name]) => new RegExp(`${name}\\b`).test(expressions));
  return used.length > 0 ? Object.fromEntries(used) : undefined;
};
/** Without its condition a write may not name what only the condition used. */
export const unconditional = ({ ConditionExpression: _, ExpressionAttributeNames, ExpressionAttributeValues, ...rest }: Item): Item => {
  const expressions = rest["UpdateExpression"] ?? "";
  const [names, values] = [onlyUsed(ExpressionAttributeNames, expressions), onlyUsed(ExpressionAttributeValues, expressions)];
  return { ...rest, ...(names ? { ExpressionAttributeNames: names } : {}), ...(values ? { ExpressionAttributeValues: values } : {}) };
};
/** An update that leaves an attribute as it is. */
export const leaving = (update: Item, attribute: string): Item => {
  const UpdateExpression = (update["UpdateExpression"] as string)
    .replace(new RegExp(`#${attribute} = :\\d+, `), "")
    .replace(new RegExp(`, #${attribute} = :\\d+`), "");
  const expressions = `${UpdateExpression} ${update["ConditionExpression"] ?? ""}`;
  return {
    ...update,
    UpdateExpression,
    ExpressionAttributeNames: onlyUsed(update["ExpressionAttributeNames"], expressions),
    ExpressionAttributeValues: onlyUsed(update["ExpressionAttributeValues"], expressions),
  };
};
/** An update that sets an attribute to something else. */
export const setting = (update: Item, attribute: string, of: (value: any) => unknown): Item => {
  const mark = new RegExp(`#${attribute} = (:\\d+)`).exec(update["UpdateExpression"])?.[1];
  if (mark === undefined) return update;
  return { ...update, ExpressionAttributeValues: { ...update["ExpressionAttributeValues"], [mark]: of(update["ExpressionAttributeValues"][mark]) } };
};

export const mapItems =
  (is: (item: Item) => boolean, of: (item: Item) => Item): ((items: Item[]) => Item[]) =>
  (items) =>
    items.map((item) => (is(item) ? of(item) : item));

/** One by one, and what was written stays when the next fails. */
export const writtenApart: DatabaseMutant = mistake((op, input, send) => {
  if (op !== "TransactWrite" || !movesCredits(input.TransactItems)) return undefined;
  return (async () => {
    for (const item of input.TransactItems as Item[]) {
      const [kind, write] = Object.entries(item)[0] as [Op, Item];
      await send(kind, write);
    }
    return {};
  })();
});

/** Written after the transaction that it belongs to, and lost when the process ends in between. */
export const writtenAfter = (is: (item: Item) => boolean): DatabaseMutant =>
  mistake((op, input, send) => {
    if (op !== "TransactWrite" || !input.TransactItems.some(is)) return undefined;
    const [late, rest] = [input.TransactItems.filter(is), input.TransactItems.filter((item: Item) => !is(item))] as [Item[], Item[]];
    return (async () => {
      const reply = await send(op, { TransactItems: rest });
      for (const item of late) {
        const [kind, write] = Object.entries(item)[0] as [Op, Item];
        await send(kind, write);
      }
      return reply;
    })();
  });

/** Conflicts that would pass are told as a condition that failed. */
export const phantomConflict: DatabaseMutant = mistake((op, input, send) =>
  op !== "TransactWrite"
    ? undefined
    : send(op, input).catch((error: any) => {
        const reasons = error.CancellationReasons as { Code: string }[] | undefined;
        if (!reasons?.some(({ Code }) => Code === "TransactionConflict")) throw error;
        const at = Math.max(0, input.TransactItems.findIndex(isUniqueRow));
        throw cancelled(reasons.map((_, n) => ({ Code: n === at ? "ConditionalCheckFailed" : "None" })));
      }),
);

/** Replies that lose a part of what they say. */
export const losing = (field: string, of: Op): DatabaseMutant =>
  mistake((op, input, send) =>
    op === of
      ? send(op, input).then((reply) => {
          const { [field]: _, ...rest } = reply;
          return rest;
        })
      : undefined,
  );
