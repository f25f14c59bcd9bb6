import { ReconciliationRequested } from "../../../events/soundcloud/reconciliation-requested.v1.ts";
import { type OrgCtx, actorId } from "../../kernel/context.ts";
import { isDomainError } from "../../kernel/errors.ts";
import { transact } from "../../kernel/table/table.ts";
import { soundcloud, soundcloudSystem } from "../table.ts";
import { Reconciliation } from "./reconciliation.ts";
import { BEGINNING } from "./steps.ts";

const KEEP_DAYS = 400;
const DAY_S = 86_400;

const draft = (ctx: OrgCtx, more: { readonly id?: string; readonly date?: string; readonly requested_by?: string }): Reconciliation =>
  Reconciliation.draft(ctx, { ...more, ...BEGINNING, org_id: ctx.org_id, expires_at: Math.floor(ctx.clock.now().getTime() / 1000) + KEEP_DAYS * DAY_S });

/** Orders a run: it is stored together with the event that its worker takes as the order. */
export const createReconciliation = async (ctx: OrgCtx): Promise<Reconciliation> => {
  const requested_by = actorId(ctx.actor);
  const run = draft(ctx, requested_by === undefined ? {} : { requested_by });
  const writes = [...Reconciliation.writes.put(ctx, run), ...soundcloudSystem.emit(ctx, ReconciliationRequested, { reconciliation_id: run.id })];
  await transact(ctx, soundcloud, writes, { pattern: "reconciliations.create", result: run });
  return run;
};

/** The nightly run of a day, made by whichever delivery of its order comes first. */
export const nightlyReconciliation = async (ctx: OrgCtx, id: string, date: string): Promise<Reconciliation> => {
  const run = draft(ctx, { id, date });
  try {
    await transact(ctx, soundcloud, Reconciliation.writes.put(ctx, run), { pattern: "reconciliations.createNightly" });
    return run;
  } catch (error) {
    if (!isDomainError(error, "already_exists")) throw error;
    return Reconciliation.get(ctx, run, { consistent: true });
  }
};
