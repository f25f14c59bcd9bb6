import { Crash } from "./crash.ts";
import { type Circumstances, type Kind, always } from "./kind.ts";
import { type Call, type Reply, drained, jsonOf, replied, reset, timedOut } from "./wire.ts";

export interface Faulted extends Call, Circumstances {
  /** The last reply to the same request, if there was one. */
  readonly earlier: Reply | undefined;
}

const failed = (statusCode: number, type: string, more: object = {}): Reply =>
  replied(statusCode, { __type: `com.amazonaws.dynamodb.v20120810#${type}`, message: "injected", Message: "injected", ...more });

const cancelled = ({ body, random }: Faulted, Code: string): Reply => {
  const at = Math.floor(random() * body.TransactItems.length);
  return failed(400, "TransactionCanceledException", {
    CancellationReasons: body.TransactItems.map((_: unknown, item: number) => (item === at ? { Code, Message: "injected" } : { Code: "None" })),
  });
};

/** A part of a batch is carried out; the rest is handed back. */
const halfOf = async ({ operation, body, forward }: Call): Promise<Reply> => {
  const [[table, requests]] = Object.entries<any>(body.RequestItems) as [[string, any]];
  const all: unknown[] = operation === "BatchGetItem" ? requests.Keys : requests;
  const cut = Math.ceil(all.length / 2);
  const part = (some: unknown[]) => (operation === "BatchGetItem" ? { ...requests, Keys: some } : some);
  const reply = await forward({ ...body, RequestItems: { [table]: part(all.slice(0, cut)) } });
  const text = await jsonOf(reply);
  const rest = all.length > cut ? { [table]: part(all.slice(cut)) } : {};
  return replied(200, { ...text, ...(operation === "BatchGetItem" ? { UnprocessedKeys: rest } : { UnprocessedItems: rest }) });
};

const isWrite = ({ operation }: Call): boolean => /^(Put|Update|Delete|TransactWrite|BatchWrite)/.test(operation);
const isBatch = ({ operation }: Call): boolean => operation.startsWith("Batch");
const isTransaction = ({ operation }: Call): boolean => operation === "TransactWriteItems";

/** What DynamoDB and the network do to a caller, that DynamoDB Local never does. A failed condition is never faked. */
export const KINDS = {
  throughput_exceeded: { when: always, answer: () => failed(400, "ProvisionedThroughputExceededException") },
  throttled: { when: always, answer: () => failed(400, "ThrottlingException") },
  request_limit: { when: always, answer: () => failed(400, "RequestLimitExceeded") },
  internal_error: { when: always, answer: () => failed(500, "InternalServerError") },
  unavailable: { when: always, answer: () => failed(503, "ServiceUnavailable") },
  reset: {
    when: always,
    answer: () => {
      throw reset();
    },
  },
  conflict: { when: isTransaction, answer: (call) => cancelled(call, "TransactionConflict") },
  throttled_in_transaction: { when: isTransaction, answer: (call) => cancelled(call, "ThrottlingError") },
  in_progress: { when: isTransaction, answer: () => failed(400, "TransactionInProgressException") },
  write_in_conflict: { when: (call) => isWrite(call) && !isBatch(call) && !isTransaction(call), answer: () => failed(400, "TransactionConflictException") },
  lost_answer: {
    when: isWrite,
    answer: async ({ forward }) => {
      await drained(forward());
      throw reset();
    },
  },
  /** The caller gives up; the request is carried out nevertheless, while its repeat is on its way. */
  slow_answer: {
    when: always,
    answer: ({ forward, late }) => {
      late(drained(forward()));
      throw timedOut();
    },
  },
  sent_twice: {
    when: isWrite,
    answer: async ({ forward }) => {
      await drained(forward());
      return forward();
    },
  },
  unprocessed: { when: isBatch, answer: halfOf },
  /** Two items at most, so that few make several pages. */
  short_page: {
    when: ({ operation, body }) => operation === "Query" && !(body.Limit === 1),
    answer: ({ body, forward }) => forward({ ...body, Limit: Math.max(1, Math.floor(Math.min(body.Limit ?? 4, 4) / 2)) }),
    leads_to: "empty_page",
  },
  empty_page: {
    when: ({ operation, body }) => operation === "Query" && body.ExclusiveStartKey !== undefined,
    answer: ({ body }) => replied(200, { Items: [], Count: 0, ScannedCount: 0, LastEvaluatedKey: body.ExclusiveStartKey }),
  },
  stale_index: {
    when: ({ operation, body, earlier }) => operation === "Query" && body.IndexName !== undefined && earlier !== undefined,
    answer: ({ earlier }) => earlier!,
  },
  crash_before: {
    when: always,
    answer: ({ operation }) => {
      throw new Crash(`before ${operation}`);
    },
  },
  crash_after: {
    when: isWrite,
    answer: async ({ operation, forward }) => {
      await drained(forward());
      throw new Crash(`after ${operation}`);
    },
  },
} satisfies Record<string, Kind<Faulted, Reply>>;
export type FaultKind = keyof typeof KINDS;
export const FAULT_KINDS = Object.keys(KINDS) as FaultKind[];
