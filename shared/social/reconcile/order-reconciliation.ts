import { RunReconciliation } from "../../../events/social/run-reconciliation.v1.ts";
import type { OrgCtx } from "../../kernel/context.ts";
import { todayOf } from "../../kernel/days.ts";
import type { PageOf, PageRequest } from "../../kernel/http/route.ts";
import type { Commands } from "../../kernel/queue/commands.ts";
import { SocialReconciliation } from "./social-reconciliation.ts";

/** Orders a run of this month and the last; it appears in the list as soon as its worker has begun. */
export const orderReconciliation = async (ctx: OrgCtx & { readonly commands: Commands }): Promise<{ id: string; date: string }> => {
  const run = { id: ctx.ids.uuid(), date: todayOf(ctx) };
  await ctx.commands.sendEach(ctx, RunReconciliation, [{ org_id: ctx.org_id, id: run.id, data: { reconciliation_id: run.id, date: run.date } }]);
  return run;
};

/** The latest day first. */
export const listReconciliations = (ctx: OrgCtx, page: PageRequest): Promise<PageOf<SocialReconciliation>> =>
  SocialReconciliation.list(ctx, { org_id: ctx.org_id }, { ...page, desc: true });
