import type * as z from "zod";
import { type OrgCtx, actorId } from "../../kernel/context.ts";
import { AutomationTemplate } from "./automation-template.ts";
import { requireAutomation } from "./check-template.ts";
import { patched } from "./patched.ts";

/** Checked as a whole, as it will stand. Throws DomainError not_found, `stale` or `template_invalid`. */
export const patchAutomationTemplate = async (
  ctx: OrgCtx,
  id: string,
  patch: z.output<typeof AutomationTemplate.api.patch>,
  version: number,
): Promise<AutomationTemplate> => {
  const key = { org_id: ctx.org_id, id };
  await requireAutomation(patched(await AutomationTemplate.get(ctx, key, { consistent: true }), patch));
  const by = actorId(ctx.actor);
  return AutomationTemplate.patch(ctx, key, { ...patch, ...(by === undefined ? {} : { updated_by: by }) }, { version });
};
