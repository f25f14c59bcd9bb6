import type { Ctx } from "../context.ts";
import { isDomainError } from "../errors.ts";
import { idsFrom } from "../ids.ts";
import type { Exchange } from "./exchange.ts";
import { startIdempotent } from "./idempotency.ts";
import { revealed } from "./reveal.ts";

type Use = (ctx: object, request: unknown) => Promise<unknown>;
type Presented = { run: Use; present: (ctx: object, result: unknown) => Promise<unknown> };

export interface Outcome {
  readonly exchange: Exchange;
  readonly body: unknown;
  readonly replayed: boolean;
}

const tenantOf = (exchange: Exchange): string => {
  const { actor } = exchange.ctx;
  return exchange.org_id ?? (actor.kind === "user" ? actor.user_id : "public");
};

const callerOf = (ctx: Ctx): string => (ctx.actor.kind === "user" ? ctx.actor.user_id : ctx.actor.kind === "api_key" ? ctx.actor.api_key_id : (ctx.http?.ip ?? ""));

/** Runs the bound use case, at most once per Idempotency-Key, and presents its result. */
export const runUseCase = async (exchange: Exchange): Promise<Outcome> => {
  const binding = exchange.bound!.binding as Use | Presented;
  const run = typeof binding === "function" ? binding : binding.run;
  const present = typeof binding === "function" ? undefined : binding.present;
  const context = (extra: object): object =>
    Object.defineProperties({ ...exchange.ctx, ...(exchange.org_id ? { org_id: exchange.org_id, grant: exchange.grant } : {}), ...extra }, Object.getOwnPropertyDescriptors(exchange.ports));

  if (exchange.idempotency_key === undefined) {
    const ctx = context({});
    const result = await run(ctx, exchange.request);
    return { exchange, body: withRevealed(present ? await present(ctx, result) : result, result), replayed: false };
  }
  const started = await startIdempotent(exchange.ctx, exchange.records, {
    tenant: tenantOf(exchange),
    scope: `${callerOf(exchange.ctx)}\n${exchange.event.requestContext.http.method} ${exchange.event.rawPath}`,
    key: exchange.idempotency_key,
    body: exchange.request.body,
  });
  if (started.kind === "replay") {
    const ctx = context({});
    return { exchange, body: present ? await present(ctx, started.result) : started.result, replayed: true };
  }
  const { claim } = started;
  exchange.claim = claim;
  const ctx = context({ claim, ids: idsFrom(claim.seed) });
  let result: unknown;
  try {
    result = await run(ctx, exchange.request);
  } catch (error) {
    // A definite refusal changed nothing, so the key is free again; anything else keeps the claim until its lease ends.
    if (isDomainError(error) && error.kind !== "unavailable") await claim.release(exchange.ctx);
    throw error;
  }
  await claim.settle(exchange.ctx, result);
  return { exchange, body: withRevealed(present ? await present(ctx, result) : result, result), replayed: false };
};

const withRevealed = (body: unknown, result: unknown): unknown =>
  typeof body === "object" && body !== null ? { ...body, ...revealed(result) } : body;
