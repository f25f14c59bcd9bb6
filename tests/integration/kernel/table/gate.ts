import type { TestDatabaseOptions } from "../../../support/dynamo.ts";

type Wrap = NonNullable<TestDatabaseOptions["wrap"]>;
type Handler = Parameters<Wrap>[0];
type Request = Parameters<Handler["handle"]>[0];
type Reply = Awaited<ReturnType<Handler["handle"]>>;

export interface Call {
  /** `TransactWriteItems`, `BatchGetItem` and so on. */
  readonly operation: string;
  readonly body: any;
  /** Goes on to the engine. */
  forward(): Promise<Reply>;
}
type Rule = (call: Call) => Promise<Reply> | Reply;

/** Stands between the SDK and the engine: `next` rules take one call of their operation each, in order. */
export const gate = () => {
  const rules: { operation: string; rule: Rule }[] = [];
  const calls: string[] = [];
  const wrap: Wrap = (handler) =>
    ({
      ...handler,
      handle: async (request: Request, options: never) => {
        const operation = request.headers["x-amz-target"]!.split(".")[1]!;
        calls.push(operation);
        const forward = (): Promise<Reply> => handler.handle(request, options);
        const next = rules.find((one) => one.operation === operation);
        if (!next) return forward();
        rules.splice(rules.indexOf(next), 1);
        return next.rule({ operation, body: JSON.parse(new TextDecoder().decode(request.body)), forward });
      },
      destroy: () => handler.destroy?.(),
    }) as Handler;
  return {
    wrap,
    calls,
    next: (operation: string, rule: Rule, times = 1): void => {
      for (let time = 0; time < times; time++) rules.push({ operation, rule });
    },
    /** Rules that no call has met. */
    left: () => rules.length,
  };
};

export const replied = (statusCode: number, body: unknown): Reply => ({
  response: { statusCode, headers: { "content-type": "application/x-amz-json-1.0" }, body: Buffer.from(JSON.stringify(body)) },
});

const failed = (type: string, more: object = {}): Reply =>
  replied(400, { __type: `com.amazonaws.dynamodb.v20120810#${type}`, message: type, Message: type, ...more });

/** The transaction ran into another one, on its first item. */
export const conflicted: Rule = ({ body }) =>
  failed("TransactionCanceledException", {
    CancellationReasons: body.TransactItems.map((_: unknown, at: number) => ({ Code: at === 0 ? "TransactionConflict" : "None" })),
  });

/** A single write ran into a transaction. */
export const inTransaction: Rule = () => failed("TransactionConflictException");

/** The engine did the work, and the reply never came. */
export const lostReply: Rule = async ({ forward }) => {
  await forward();
  throw Object.assign(new Error("read ECONNRESET"), { name: "TimeoutError", code: "ECONNRESET" });
};
