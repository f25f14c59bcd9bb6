import type * as z from "zod";
import { circuit, doubling, pace } from "./circuit.ts";
import type { Clock } from "./context.ts";
import { type HttpReply, isNetworkFailure, neverSent, networkCode, readReply, tooLarge } from "./http-reply.ts";
import { type Failure, type Outcome, ok, permanent, retryLater, unknownOutcome } from "./outcome.ts";
import { type RetryBudget, retryBudget } from "./retry-budget.ts";
import { realRandom, realSleep } from "./wait.ts";

const MAX_ATTEMPTS = 4;
const BACKOFF_MS = 200;
const RETRY_MS = 1_000;

export interface HttpClientOptions {
  /** Where the service is, from configuration, never from anyone's input: `https://api.soundcloud.com`. */
  readonly base_url: string;
  readonly clock: Clock;
  /** What speaks to the network; tests put faults here. */
  readonly fetch?: typeof fetch;
  readonly sleep?: (ms: number) => Promise<void>;
  /** In [0, 1), for jitter. */
  readonly random?: () => number;
  /** Of one call; 4 at most and unless told. */
  readonly attempts?: number;
  /** Of one attempt, its reply's body included; 5 s unless told. */
  readonly timeout_ms?: number;
  /** Of one call, all attempts and waits included; 10 s unless told. Keep it under 80 % of the function's timeout. */
  readonly budget_ms?: number;
  /** How long to leave the service alone after a refusal that names no time; doubles while refusals go on. 1 s unless told. */
  readonly throttle_ms?: number;
  /** 5 MB unless told. */
  readonly max_reply_bytes?: number;
  /** Of repeats; its own unless told. Clients that ask one service for different accounts share one: trouble of the service is that of all. */
  readonly retries?: RetryBudget;
  /** Requests that this process sends in a second; no limit unless told. */
  readonly per_second?: number;
  /** The service's own error words, before the general rules by status. Undefined leaves the reply to those. */
  readonly classify?: (reply: HttpReply) => Failure | undefined;
  /** Milliseconds for which the service's headers ask not to send more; 0 when they do not. */
  readonly quota?: (reply: HttpReply) => number;
}

export interface HttpRequest<S extends z.ZodType> {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Below the base URL, with its slash, encoded; may carry a query. Only the part before `?` is ever shown in a failure. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly form?: Readonly<Record<string, string>>;
  /** Whether a second delivery does no harm. GET, PUT and DELETE unless told; a POST with an idempotency key says so. */
  readonly repeatable?: boolean;
  /** Statuses that carry a value beside 2xx. Redirects are never followed: whoever expects one accepts it and checks where it leads. */
  readonly accept?: readonly number[];
  /** What failures call the path, where the path itself is a secret. */
  readonly shown_path?: string;
  /** The service answers in plain text: a body that is no JSON is handed to `reply` as a text. */
  readonly text?: true;
  /** What the reply must look like; unknown fields are ignored. */
  readonly reply: S;
}

export interface HttpClient {
  call<S extends z.ZodType>(request: HttpRequest<S>): Promise<Outcome<z.output<S>>>;
  /** The path and query of an address that the service gave, if it leads to the service itself; undefined otherwise. */
  pathOf(href: string): string | undefined;
}

/**
 * Calls to one outside service, as outcomes. Retries what may be repeated, at most four attempts with full jitter
 * inside one time budget, and less when the service as a whole is in trouble (`circuit`). An answer that got lost is
 * `retry_later` if the request may be repeated and `unknown_outcome` if not. Throws only what is no failure of the
 * network: a programming error.
 */
export const httpClient = (options: HttpClientOptions): HttpClient => {
  const { clock, timeout_ms = 5_000, budget_ms = 10_000, throttle_ms = 1_000, max_reply_bytes = 5_000_000 } = options;
  const { random = realRandom, sleep = realSleep, fetch: send = (...args) => globalThis.fetch(...args) } = options;
  const attempts = Math.min(options.attempts ?? MAX_ATTEMPTS, MAX_ATTEMPTS);
  const base = new URL(options.base_url);
  const prefix = base.pathname.replace(/\/$/, "");
  const shared = circuit(clock, options.retries ?? retryBudget());
  const paced = options.per_second === undefined ? () => 0 : pace(options.per_second, clock);
  const now = (): number => clock.now().getTime();

  /** Waits for the circuit and the pace; a failure when that would outlast the deadline. */
  const admit = async (deadline: number): Promise<Failure | undefined> => {
    for (let wait = shared.enter(); wait > 0; wait = shared.enter()) {
      if (now() + wait >= deadline) return retryLater(wait, "The service is left alone for a while after its refusals.");
      await sleep(wait + random() * BACKOFF_MS);
    }
    const turn = paced();
    if (now() + turn >= deadline) return retryLater(turn, "Other requests of this process go first.");
    if (turn > 0) await sleep(turn);
    return undefined;
  };

  const attempt = async (request: HttpRequest<z.ZodType>, left_ms: number): Promise<HttpReply | Failure> => {
    try {
      const response = await send(new URL(`${base.origin}${prefix}${request.path}`), {
        method: request.method,
        redirect: "manual",
        signal: AbortSignal.timeout(Math.max(1, Math.min(timeout_ms, left_ms))),
        ...contentOf(request),
      });
      return await readReply(response, max_reply_bytes);
    } catch (error) {
      if (!isNetworkFailure(error)) throw error;
      const detail = `${nameOf(request)} got no answer (${networkCode(error)}).`;
      return isRepeatable(request) || neverSent(error) ? retryLater(RETRY_MS, detail) : unknownOutcome(detail);
    }
  };

  /** Settles what a reply means, and tells the circuit. */
  const judge = <S extends z.ZodType>(request: HttpRequest<S>, reply: HttpReply): Outcome<z.output<S>> => {
    const throttle = throttle_ms * doubling(shared.streak()) * (1 + random());
    const refusal = options.classify?.(reply) ?? refusalOf(request, reply, throttle);
    if (refusal?.kind === "retry_later" && asksForPause(reply)) shared.pause(refusal.after_ms);
    const quota = options.quota?.(reply) ?? 0;
    if (quota > 0) shared.pause(quota);
    return refusal ?? valueOf(request, reply);
  };

  const tell = (outcome: Outcome<unknown>): void => {
    if (outcome.kind === "retry_later" || outcome.kind === "unknown_outcome") shared.failed();
    else shared.succeeded();
  };

  return {
    call: async (request) => {
      const deadline = now() + budget_ms;
      shared.retries.called();
      for (let count = 1; ; count += 1) {
        const held = await admit(deadline);
        if (held) return held;
        const reply = await attempt(request, deadline - now());
        const outcome = "kind" in reply ? reply : judge(request, reply);
        tell(outcome);
        if (outcome.kind !== "retry_later" || count >= attempts) return outcome;
        const asked = "kind" in reply || !asksForPause(reply) ? 0 : outcome.after_ms;
        const wait = asked + random() * BACKOFF_MS * 2 ** (count - 1);
        if (now() + wait >= deadline || !shared.retries.take()) return outcome;
        await sleep(wait);
      }
    },
    pathOf: (href) => {
      const url = URL.parse(href);
      if (url?.origin !== base.origin || url.username || url.password || !url.pathname.startsWith(`${prefix}/`)) return undefined;
      return url.pathname.slice(prefix.length) + url.search;
    },
  };
};

/** A client for each key, so that what makes one wait makes no other wait; made when it is asked for first, and kept. */
export const oneEach = <K>(keyOf: (asks: K) => string, make: () => HttpClient): ((asks: K) => HttpClient) => {
  const made = new Map<string, HttpClient>();
  return (asks) => {
    const key = keyOf(asks);
    const client = made.get(key) ?? make();
    made.set(key, client);
    return client;
  };
};

const isRepeatable = (request: HttpRequest<z.ZodType>): boolean => request.repeatable ?? (request.method !== "POST" && request.method !== "PATCH");

/** For messages: no query, because it may hold a token. */
const nameOf = ({ method, path, shown_path = path }: HttpRequest<z.ZodType>): string => `${method} ${shown_path.replace(/\?.*/s, "")}`;

const contentOf = ({ headers, json, form }: HttpRequest<z.ZodType>): RequestInit => ({
  headers: { accept: "application/json", ...(json === undefined ? {} : { "content-type": "application/json" }), ...headers },
  ...(json === undefined ? {} : { body: JSON.stringify(json) }),
  ...(form === undefined ? {} : { body: new URLSearchParams(form) }),
});

/** A refusal that concerns all our requests, not this one only. HTML under 403 comes from the edge in front of a service. */
const asksForPause = (reply: HttpReply): boolean => reply.status === 429 || (reply.status === 403 && reply.is_html) || reply.retry_after_ms !== undefined;

/** The general rules by status; undefined for a reply that carries a value. */
const refusalOf = (request: HttpRequest<z.ZodType>, reply: HttpReply, throttle_ms: number): Failure | undefined => {
  const { status } = reply;
  if ((status >= 200 && status < 300) || request.accept?.includes(status)) return undefined;
  const detail = `${nameOf(request)} answered ${status}${reply.message ? `: ${reply.message}` : ""}.`;
  if (status === 401) return { kind: "auth_expired" };
  if (asksForPause(reply)) return retryLater(reply.retry_after_ms ?? throttle_ms, detail);
  if (status === 408 || status >= 500) return isRepeatable(request) ? retryLater(RETRY_MS, detail) : unknownOutcome(detail);
  return permanent(status === 404 ? "not_found" : `http_${status}`, detail);
};

const valueOf = <S extends z.ZodType>(request: HttpRequest<S>, reply: HttpReply): Outcome<z.output<S>> => {
  const repeatable = isRepeatable(request);
  if (reply.too_large) {
    const detail = `${nameOf(request)} answered with ${tooLarge}.`;
    return repeatable ? permanent("reply_too_large", detail) : unknownOutcome(detail);
  }
  if (!reply.is_json && request.text !== true) {
    const detail = `${nameOf(request)} answered ${reply.status} with a body that is no JSON.`;
    return repeatable ? retryLater(RETRY_MS, detail) : unknownOutcome(detail);
  }
  const parsed = request.reply.safeParse(reply.body);
  if (parsed.success) return ok(parsed.data);
  const where = parsed.error.issues.map((issue) => issue.path.join(".") || "the body").join(", ");
  const detail = `${nameOf(request)} answered ${reply.status} in an unexpected shape (${where}).`;
  return repeatable ? permanent("unexpected_reply", detail) : unknownOutcome(detail);
};
