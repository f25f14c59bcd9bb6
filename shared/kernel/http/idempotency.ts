import { createHash } from "node:crypto";
import * as z from "zod";
import type { Ctx } from "../context.ts";
import { DomainError, isDomainError, unprocessable } from "../errors.ts";
import { type Claim, claimLost } from "../table/claim.ts";
import { type Item, entity } from "../table/entity.ts";
import type { Table } from "../table/table.ts";

const KEEP_S = 7 * 24 * 3600;
/** Longer than any API function may run (29 s): a claim still in flight after this belongs to a run that died. */
const LEASE_S = 35;
/** How often a start is tried while other runs release the key in between. */
const STARTS = 3;

/**
 * The record of one Idempotency-Key: claimed before the effect, completed in the effect's own transaction, so that
 * either both are stored or neither. `tenant` is the org, the user, or `public` for callers without either.
 */
export const idempotencyRecords = <const G extends string>(table: Table<G>) =>
  entity(table, "Idempotency", {
    fields: () => ({
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
    }),
    key: ["{tenant}#I#{hash}", "I"],
    ttl: (record) => record.expires_at,
  });
export type IdempotencyRecords = ReturnType<typeof idempotencyRecords>;
type Stored = Item<IdempotencyRecords>;

export interface Request {
  readonly tenant: string;
  /** Route with its path parameters, and who calls. */
  readonly scope: string;
  readonly key: string;
  /** What a repeat must ask again: everything of the request but its scope. */
  readonly content: unknown;
}

export type Started = { readonly kind: "claimed"; readonly claim: HttpClaim } | { readonly kind: "replay"; readonly result: unknown };

/** What a run holds. Once another run has taken the claim over, nothing that this one does to it has an effect. */
export interface HttpClaim extends Claim {
  readonly seed: string;
  /**
   * After the use case: stores the result if no transaction did, or if it is another than the transaction stored. Throws
   * DomainError `request_in_flight` when another run has taken the claim over.
   */
  settle(ctx: Ctx, result: unknown): Promise<void>;
  /**
   * After a definite refusal: nothing happened, so the key may be used again with a corrected request. Throws DomainError
   * `request_in_flight` when another run has taken the claim over: its effect may be what this one was refused for.
   */
  release(ctx: Ctx): Promise<void>;
  /** After a failure: the run has ended, and a repeat may go on at once, with the same ids. */
  lapse(ctx: Ctx): Promise<void>;
}

const sha256 = (text: string): string => createHash("sha256").update(text).digest("base64url");
const now = (ctx: Ctx): number => Math.floor(ctx.clock.now().getTime() / 1000);

/** Throws DomainError `idempotency_key_reused` (422, other content) or `request_in_flight` (409 with Retry-After). */
export const startIdempotent = async (ctx: Ctx, records: IdempotencyRecords, request: Request): Promise<Started> => {
  const key = { tenant: request.tenant, hash: sha256(`${request.scope}\n${request.key}`) };
  const request_hash = sha256(JSON.stringify(request.content));
  for (let attempt = 1; attempt <= STARTS; attempt++) {
    const record = await claimNew(ctx, records, { ...key, request_hash });
    if (record) return { kind: "claimed", claim: claimOf(records, record) };
    const stored = await records.find(ctx, key, { consistent: true });
    if (stored) return continued(ctx, records, stored, request_hash);
  }
  throw inFlight(1);
};

/** Undefined when the key is claimed already. */
const claimNew = async (ctx: Ctx, records: IdempotencyRecords, key: Pick<Stored, "tenant" | "hash" | "request_hash">): Promise<Stored | undefined> => {
  try {
    return await records.create(ctx, {
      ...key,
      seed: ctx.ids.uuid(),
      claimed_at: ctx.clock.now().toISOString(),
      state: "in_flight",
      lease_until: now(ctx) + LEASE_S,
      expires_at: now(ctx) + KEEP_S,
    });
  } catch (error) {
    if (isDomainError(error, "already_exists")) return undefined;
    throw error;
  }
};

const continued = async (ctx: Ctx, records: IdempotencyRecords, record: Stored, request_hash: string): Promise<Started> => {
  if (record.request_hash !== request_hash)
    throw unprocessable("idempotency_key_reused", "This Idempotency-Key was used for a request with other content; use a new key for a new request.");
  if (record.state === "done") return { kind: "replay", result: record.result === undefined ? undefined : JSON.parse(record.result) };
  const left = record.lease_until - now(ctx);
  if (left > 0) throw inFlight(left);
  const taken = await underVersion(() => records.patch(ctx, record, { lease_until: now(ctx) + LEASE_S }, { version: record.version, from: record }));
  if (!taken) throw inFlight(1);
  return { kind: "claimed", claim: claimOf(records, taken) };
};

const inFlight = (seconds: number): DomainError =>
  new DomainError("conflict", "request_in_flight", "The first request with this Idempotency-Key is still running; repeat it later.", { retry_after: seconds });

/** Undefined when the record has another version, or is gone: another run has it. */
const underVersion = async <T>(write: () => Promise<T>): Promise<T | undefined> => {
  try {
    return await write();
  } catch (error) {
    if (isDomainError(error, "stale") || isDomainError(error, "not_found")) return undefined;
    throw error;
  }
};

const textOf = (result: unknown): string | null => (result === undefined ? null : JSON.stringify(result));

const claimOf = (records: IdempotencyRecords, record: Stored): HttpClaim => {
  // Closed by its transaction only: what still runs after a refusal then fails on the claim instead of passing by it.
  let open = true;
  let pending: string | null | undefined;
  const giveBack = async (ctx: Ctx, write: () => Promise<unknown>): Promise<"given" | "lost" | "failed"> => {
    try {
      return (await underVersion(() => write().then(() => true))) ? "given" : "lost";
    } catch (error) {
      ctx.log.warn("An Idempotency-Key could not be given back; it lapses by its lease.", { error });
      return "failed";
    }
  };
  return {
    seed: record.seed,
    get open() {
      return open;
    },
    complete(ctx, result) {
      pending = textOf(result);
      return records.writes.patch(ctx, record, { state: "done", result: pending });
    },
    close() {
      open = false;
    },
    async settle(ctx, value) {
      const result = textOf(value);
      if (!open && result === pending) return;
      const version = open ? record.version : record.version + 1;
      const settled = await underVersion(() => records.patch(ctx, record, { state: "done", result }, { version, from: { ...record, version } }));
      if (!settled) throw claimLost();
    },
    async release(ctx) {
      if (!open) return;
      const end = await giveBack(ctx, () => records.delete(ctx, record, { version: record.version }));
      if (end === "lost") throw claimLost();
    },
    async lapse(ctx) {
      if (open) await giveBack(ctx, () => records.patch(ctx, record, { lease_until: now(ctx) }, { version: record.version, from: record }));
    },
  };
};
