import { Readable } from "node:stream";
import { type Circumstances, type Kind, always } from "./kind.ts";
import { type Reply, type Request, bytesOf, drained, reset } from "./wire.ts";

export interface S3Call extends Circumstances {
  readonly request: Request;
  forward(): Promise<Reply>;
}

const failed = (statusCode: number, code: string): Reply => ({
  response: {
    statusCode,
    headers: { "content-type": "application/xml" },
    body: Readable.from([Buffer.from(`<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>injected</Message></Error>`)]),
  },
});

/** The first half of the bytes, then what Node says when the rest of a declared length does not come. */
async function* cutShort(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes.subarray(0, bytes.length >> 1);
  throw Object.assign(new Error("injected: aborted"), { code: "ECONNRESET" });
}

/** What S3 and the network do to those who read and write objects. */
export const S3_KINDS = {
  s3_slow_down: { when: always, answer: () => failed(503, "SlowDown") },
  s3_internal_error: { when: always, answer: () => failed(500, "InternalError") },
  s3_lost_answer: {
    when: always,
    answer: async ({ forward }) => {
      await drained(forward());
      throw reset();
    },
  },
  s3_truncated_body: {
    when: ({ request }) => request.method === "GET",
    answer: async ({ forward }) => {
      const reply = await forward();
      if (reply.response.statusCode !== 200) return reply;
      const body = Readable.from(cutShort(await bytesOf(reply)), { objectMode: false });
      return { response: Object.assign(Object.create(Object.getPrototypeOf(reply.response)), reply.response, { body }) } as Reply;
    },
  },
} satisfies Record<string, Kind<S3Call, Reply>>;
export type S3FaultKind = keyof typeof S3_KINDS;
export const S3_FAULT_KINDS = Object.keys(S3_KINDS) as S3FaultKind[];
