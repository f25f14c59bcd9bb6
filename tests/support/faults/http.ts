import { type Circumstances, type Kind, always } from "./kind.ts";
import { reset } from "./wire.ts";

export type Fetch = typeof fetch;

export interface HttpCall extends Circumstances {
  forward(): Promise<Response>;
}

const lost = (cause: Error): Error => Object.assign(new TypeError("fetch failed"), { cause });

/** What an outside service and the way to it do to a client. */
export const HTTP_KINDS = {
  http_429: { when: always, answer: () => new Response("slow down", { status: 429, headers: { "retry-after": "1" } }) },
  http_500: { when: always, answer: () => new Response("oops", { status: 500 }) },
  http_503: { when: always, answer: () => new Response("busy", { status: 503 }) },
  not_json: { when: always, answer: () => new Response("{", { status: 200, headers: { "content-type": "application/json" } }) },
  html: { when: always, answer: () => new Response("<html>Sign in</html>", { status: 200, headers: { "content-type": "text/html" } }) },
  refused: {
    when: always,
    answer: () => {
      throw lost(Object.assign(new Error("injected"), { code: "ECONNREFUSED" }));
    },
  },
  lost_reply: {
    when: always,
    answer: async ({ forward }) => {
      await forward();
      throw lost(reset());
    },
  },
  /** The client gives up; the service does the work nevertheless, while the repeat is on its way. */
  slow_reply: {
    when: always,
    answer: ({ forward, late }) => {
      late(forward());
      throw new DOMException("The operation was aborted due to timeout", "TimeoutError");
    },
  },
} satisfies Record<string, Kind<HttpCall, Response>>;
export type HttpFaultKind = keyof typeof HTTP_KINDS;
export const HTTP_FAULT_KINDS = Object.keys(HTTP_KINDS) as HttpFaultKind[];
