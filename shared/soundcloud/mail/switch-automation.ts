import * as z from "zod";
import type { OrgCtx } from "../../kernel/context.ts";
import { AutomationHealth, healthAt } from "./automation-health.ts";
import { presentHealth } from "./list-automation-health.ts";
import type { AutomationName } from "./trigger.ts";

export const HealthPatch = z.strictObject({ enabled: z.boolean() });

/** Switches an automation on or off; what is queued already still goes out. Throws DomainError not_found or `stale`. */
export const switchAutomation = async (ctx: OrgCtx, automation_name: AutomationName, enabled: boolean, version: number): Promise<AutomationHealth> => {
  const key = { org_id: ctx.org_id, automation_name };
  const health = await AutomationHealth.get(ctx, key, { consistent: true });
  const status = healthAt({ ...health, enabled }, ctx.clock.now());
  return presentHealth(ctx, await AutomationHealth.patch(ctx, key, { enabled, status }, { version }));
};
