import type { OrgCtx } from "../../kernel/context.ts";
import type { PageOf, PageRequest } from "../../kernel/http/route.ts";
import { AutomationHealth, healthAt } from "./automation-health.ts";

/** As it stands now: an automation that has not run for long is told by the clock, not by a write. */
export const presentHealth = (ctx: OrgCtx, health: AutomationHealth): AutomationHealth => ({ ...health, status: healthAt(health, ctx.clock.now()) });

/** The org's automations by name, with how they fare now. */
export const listAutomationHealth = async (ctx: OrgCtx, page: PageRequest): Promise<PageOf<AutomationHealth>> => {
  const { items, position } = await AutomationHealth.list(ctx, { org_id: ctx.org_id }, page);
  return { items: items.map((health) => presentHealth(ctx, health)), position };
};
