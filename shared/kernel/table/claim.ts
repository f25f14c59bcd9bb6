import type { Ctx } from "../context.ts";
import { DomainError } from "../errors.ts";
import type { Write } from "./table.ts";

/**
 * The Idempotency-Key of the running request. The first transaction that runs while it is open appends `complete`, so
 * that the effect and the record of its result are stored together or not at all.
 */
export interface Claim {
  readonly open: boolean;
  /** The writes that store the result under the claim; they fail when another run has taken the claim over. */
  complete(ctx: Ctx, result: unknown): Write[];
  /** Called once the transaction is stored. */
  close(): void;
}

/** Another run of the same request holds the claim now: nothing of this one was stored. */
export const claimLost = (): DomainError =>
  new DomainError("conflict", "request_in_flight", "Another run of the request with this Idempotency-Key went on with it; repeat the request later.", {
    retry_after: 1,
  });
