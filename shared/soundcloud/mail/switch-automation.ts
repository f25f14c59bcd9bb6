import * as z from "zod";
import type { OrgCtx } from "../../kernel/context.ts";
import { notFound } from "../../kernel/errors.ts";
import { AutomationHealth, healthAt } from "./automation-health.ts";
import { presentHealth } from "./list-automation-health.ts";

export const HealthPatch = z.strictObject({ enabled: z.boolean() });

/** Switches an automation, one of the org's four, on or off; what is queued already still goes out. Throws DomainError not_found or `stale`. */
export const switchAutomation = async (ctx: OrgCtx, id: string, enabled: boolean, version: number): Promise<AutomationHealth> => {
  const { items } = await AutomationHealth.list(ctx, { org_id: ctx.org_id }, { consistent: true });
  const health = items.find((one) => one.id === id);
  if (!health) throw notFound("automation");
  const status = healthAt({ ...health, enabled }, ctx.clock.now());
  return presentHealth(ctx, await AutomationHealth.patch(ctx, health, { enabled, status }, { version }));
};
