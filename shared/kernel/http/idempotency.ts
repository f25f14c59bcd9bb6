import { createHash } from "node:crypto";
import * as z from "zod";
import type { Ctx } from "../context.ts";
import { DomainError, conflict, isDomainError, unprocessable } from "../errors.ts";
import type { Claim } from "../table/claim.ts";
import { entity } from "../table/entity.ts";
import type { Table } from "../table/table.ts";

const KEEP_S = 7 * 24 * 3600;
/** Longer than any API function may run (29 s): a claim still in flight after this belongs to a run that died. */
const LEASE_S = 35;

/**
 * The record of one Idempotency-Key: claimed before the effect, completed in the effect's own transaction, so that
 * either both are stored or neither. `tenant` is the org, the user, or `public` for callers without either.
 */
export const idempotencyRecords = <const G extends string>(table: Table<G>) =>
  entity(table, "Idempotency", {
    fields: {
      tenant: z.string(),
      hash: z.string(),
      request_hash: z.string(),
      /** Seed of the ids that the request makes: a retry after a crash makes the same ones. */
      seed: z.uuid(),
      claimed_at: z.iso.datetime(),
      state: z.enum(["in_flight", "done"]),
      lease_until: z.int(),
      /** The use case's result as JSON; never holds what is revealed only once. */
      result: z.string().optional(),
      expires_at: z.int(),
    },
    key: ["{tenant}#I#{hash}", "I"],
    ttl: (record) => record.expires_at,
  });
export type IdempotencyRecords = ReturnType<typeof idempotencyRecords>;
type Stored = Awaited<ReturnType<IdempotencyRecords["get"]>>;

export interface Request {
  readonly tenant: string;
  /** Route with its path parameters, and who calls. */
  readonly scope: string;
  readonly key: string;
  readonly body: unknown;
}

export type Started =
  | { readonly kind: "claimed"; readonly claim: HttpClaim }
  | { readonly kind: "replay"; readonly result: unknown };

export interface HttpClaim extends Claim {
  readonly seed: string;
  readonly claimed_at: string;
  /** After the use case: stores the result if no transaction did, or if it returned another than it committed. */
  settle(ctx: Ctx, result: unknown): Promise<void>;
  /** After a definite refusal: nothing happened, so the key may be used again with a corrected request. */
  release(ctx: Ctx): Promise<void>;
}

const sha256 = (text: string): string => createHash("sha256").update(text).digest("base64url");
const now = (ctx: Ctx): number => Math.floor(ctx.clock.now().getTime() / 1000);

/** Throws DomainError `idempotency_key_reused` (422, other body) or `request_in_flight` (409 with Retry-After). */
export const startIdempotent = async (ctx: Ctx, records: IdempotencyRecords, request: Request): Promise<Started> => {
  const hash = sha256(`${request.scope}\n${request.key}`);
  const request_hash = sha256(JSON.stringify(request.body ?? null));
  const key = { tenant: request.tenant, hash };
  try {
    const record = await records.create(ctx, {
      ...key,
      request_hash,
      seed: ctx.ids.uuid(),
      claimed_at: ctx.clock.now().toISOString(),
      state: "in_flight",
      lease_until: now(ctx) + LEASE_S,
      expires_at: now(ctx) + KEEP_S,
    });
    return { kind: "claimed", claim: claimOf(records, record) };
  } catch (error) {
    if (!isDomainError(error, "already_exists")) throw error;
  }
  const record = await records.get(ctx, key, { consistent: true });
  if (record.request_hash !== request_hash)
    throw unprocessable("idempotency_key_reused", "This Idempotency-Key was used with another body; use a new key for a new request.");
  if (record.state === "done") return { kind: "replay", result: record.result === undefined ? undefined : JSON.parse(record.result) };
  const left = record.lease_until - now(ctx);
  if (left > 0) throw inFlight(left);
  return { kind: "claimed", claim: claimOf(records, await takeOver(ctx, records, record)) };
};

const inFlight = (seconds: number): DomainError =>
  new DomainError("conflict", "request_in_flight", "The first request with this Idempotency-Key is still running; repeat it later.", { retry_after: Math.max(1, seconds) });

const takeOver = async (ctx: Ctx, records: IdempotencyRecords, record: Stored): Promise<Stored> => {
  try {
    return await records.patch(ctx, record, { lease_until: now(ctx) + LEASE_S }, { version: record.version, from: record });
  } catch (error) {
    if (isDomainError(error, "stale")) throw inFlight(1);
    throw error;
  }
};

const claimOf = (records: IdempotencyRecords, record: Stored): HttpClaim => {
  let open = true;
  let pending: { result: unknown } | undefined;
  let committed: { result: unknown } | undefined;
  const done = (result: unknown) => ({ state: "done" as const, ...(result === undefined ? {} : { result: JSON.stringify(result) }) });
  return {
    seed: record.seed,
    claimed_at: record.claimed_at,
    get open() {
      return open;
    },
    complete(ctx, result) {
      pending = { result };
      return records.writes.patch(ctx, record, done(result));
    },
    close() {
      open = false;
      committed = pending;
    },
    async settle(ctx, result) {
      if (committed && (committed.result === result || JSON.stringify(committed.result) === JSON.stringify(result))) return;
      await records.patch(ctx, record, done(result));
    },
    async release(ctx) {
      if (!open) return;
      await records.delete(ctx, record).catch((error: unknown) => ctx.log.warn("An idempotency claim could not be released; it lapses by its lease.", { error }));
    },
  };
};

/** A second transaction of a request that repeats a committed claim fails on the record's version: that is a lost race, not a stale client. */
export const lostClaim = (): DomainError => conflict("request_in_flight", "The first request with this Idempotency-Key is still running; repeat it later.");
