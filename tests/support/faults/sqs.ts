import { type Circumstances, type Kind, always } from "./kind.ts";
import { type Call, type Reply, drained, jsonOf, replied, reset, timedOut } from "./wire.ts";

type SqsCall = Call & Circumstances;

const failed = (type: string, statusCode = 400): Reply => replied(statusCode, { __type: `com.amazonaws.sqs#${type}`, message: "injected" });

const isSend = ({ operation }: Call): boolean => operation.startsWith("SendMessage");
const isReceive = ({ operation }: Call): boolean => operation === "ReceiveMessage";
const isOf = (operation: string, atLeast: number) => (call: Call) => call.operation === operation && call.body.Entries.length >= atLeast;

/** What SQS does to those who send, receive and delete. A message that is sent twice is what a delivery at least once means. */
export const SQS_KINDS = {
  sqs_throttled: { when: always, answer: () => failed("RequestThrottled", 403) },
  sqs_unavailable: { when: always, answer: () => failed("ServiceUnavailable", 503) },
  sqs_lost_answer: {
    when: (call) => isSend(call) || call.operation.startsWith("DeleteMessage"),
    answer: async ({ forward }) => {
      await drained(forward());
      throw reset();
    },
  },
  sqs_slow_answer: {
    when: isSend,
    answer: ({ forward, late }) => {
      late(drained(forward()));
      throw timedOut();
    },
  },
  sqs_duplicate: {
    when: isSend,
    answer: async ({ forward }) => {
      await drained(forward());
      return forward();
    },
  },
  sqs_reorder: {
    when: isOf("SendMessageBatch", 2),
    answer: ({ body, forward }) => forward({ ...body, Entries: body.Entries.toReversed() }),
  },
  /** The messages are there, and this receiver does not get them yet. */
  sqs_delayed: { when: isReceive, answer: () => replied(200, {}) },
  /** The handle has become invalid: the message is not deleted and comes again. */
  sqs_expired_receipt: { when: ({ operation }) => operation === "DeleteMessage", answer: () => failed("ReceiptHandleIsInvalid") },
  sqs_partial: {
    when: isOf("SendMessageBatch", 1),
    answer: async ({ body, forward }) => {
      const kept = Math.floor(body.Entries.length / 2);
      const Failed = body.Entries.slice(kept).map(({ Id }: { Id: string }) => ({ Id, Code: "InternalError", SenderFault: false }));
      if (kept === 0) return replied(200, { Successful: [], Failed });
      const { Successful } = await jsonOf(await forward({ ...body, Entries: body.Entries.slice(0, kept) }));
      return replied(200, { Successful, Failed });
    },
  },
} satisfies Record<string, Kind<SqsCall, Reply>>;
export type SqsFaultKind = keyof typeof SQS_KINDS;
export const SQS_FAULT_KINDS = Object.keys(SQS_KINDS) as SqsFaultKind[];
