import type { OrgCtx } from "../../kernel/context.ts";
import type { PageOf, PageRequest } from "../../kernel/http/route.ts";
import type { Difference } from "./difference.ts";
import { ReconciliationDifference } from "./reconciliation-difference.ts";
import { Reconciliation } from "./reconciliation.ts";

/** Throws DomainError not_found. */
export const getReconciliation = (ctx: OrgCtx, id: string): Promise<Reconciliation> =>
  Reconciliation.get(ctx, { org_id: ctx.org_id, id }, { consistent: true });

/** The latest first. */
export const listReconciliations = (ctx: OrgCtx, page: PageRequest): Promise<PageOf<Reconciliation>> =>
  Reconciliation.query.all(ctx, { org_id: ctx.org_id }, { ...page, desc: true });

/** What a run has found so far, in the order of finding. Throws DomainError not_found. */
export const listDifferences = async (ctx: OrgCtx, reconciliation_id: string, page: PageRequest): Promise<PageOf<Difference>> => {
  const { org_id } = ctx;
  await Reconciliation.get(ctx, { org_id, id: reconciliation_id }, { consistent: true });
  const found = await ReconciliationDifference.list(ctx, { org_id, reconciliation_id }, page);
  return { ...found, items: found.items.map(({ check, subject, stored = null, computed = null }) => ({ check, subject, stored, computed })) };
};
