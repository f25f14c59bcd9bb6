import { isDomainError } from "../errors.ts";
import { idsFrom } from "../ids.ts";
import { type Exchange, callerOf, contextOf } from "./exchange.ts";
import { type HttpClaim, startIdempotent } from "./idempotency.ts";
import { revealed } from "./reveal.ts";
import { receiveOnce } from "./webhook.ts";

type Use = (ctx: object, request: unknown) => Promise<unknown>;
type Present = (ctx: object, result: unknown) => Promise<unknown>;

export interface Outcome {
  readonly exchange: Exchange;
  readonly body: unknown;
  /** The result is that of an earlier request with the same Idempotency-Key. */
  readonly replayed: boolean;
}

/** Runs the bound use case, at most once per Idempotency-Key, and presents its result. */
export const runUseCase = async (exchange: Exchange): Promise<Outcome> => {
  const { run, present } = usesOf(exchange);
  const { ctx: base, event, request } = exchange;
  const { message } = exchange;
  if (message) {
    await receiveOnce(exchange, message, (claim) => run(contextOf(exchange, { claim }), { ...request, message }));
    return { exchange, body: undefined, replayed: false };
  }
  if (exchange.idempotency_key === undefined) {
    const ctx = contextOf(exchange);
    return { exchange, body: await presented(ctx, present, await run(ctx, request)), replayed: false };
  }
  const started = await startIdempotent(base, exchange.served.records, {
    tenant: exchange.org_id ?? (base.actor.kind === "user" ? base.actor.user_id : "public"),
    scope: `${callerOf(base)}\n${event.requestContext.http.method} ${event.rawPath}`,
    key: exchange.idempotency_key,
    content: [request.body ?? null, request.query, request.version ?? null],
  });
  if (started.kind === "replay") return { exchange, body: await presented(contextOf(exchange), present, started.result), replayed: true };
  const ctx = contextOf(exchange, { claim: started.claim, ids: idsFrom(started.claim.seed) });
  const result = await runClaimed(exchange, started.claim, () => run(ctx, request));
  return { exchange, body: await presented(contextOf(exchange), present, result), replayed: false };
};

const usesOf = (exchange: Exchange): { readonly run: Use; readonly present?: Present } => {
  const binding = exchange.bound!.binding as Use | { readonly run: Use; readonly present: Present };
  return typeof binding === "function" ? { run: binding } : binding;
};

const runClaimed = async ({ bound, ctx }: Exchange, claim: HttpClaim, run: () => Promise<unknown>): Promise<unknown> => {
  let result: unknown;
  try {
    result = await run();
  } catch (error) {
    // A definite refusal changed nothing. After anything else it may be unknown what was stored: the repeat keeps the ids.
    if (isDomainError(error) && error.kind !== "unavailable") await claim.release(ctx);
    else await claim.lapse(ctx);
    throw error;
  }
  // A route without a body answers the same whatever its transaction stored.
  if (claim.open || bound!.route.reply.body !== null) await claim.settle(ctx, result);
  return result;
};

/** What is revealed once is marked on a result that a use case has just made, never on a stored one. */
const presented = async (ctx: object, present: Present | undefined, result: unknown): Promise<unknown> => {
  const body = present ? await present(ctx, result) : result;
  const once = revealed(result);
  return once ? { ...(body as object), ...once } : body;
};
