import type * as z from "zod";
import { type OrgCtx, actorId } from "../../kernel/context.ts";
import { requireAutomation } from "./check-template.ts";
import { AutomationTemplate } from "./automation-template.ts";

/** Throws DomainError `template_invalid` or `template_key_taken`. */
export const createAutomationTemplate = async (ctx: OrgCtx, input: z.output<typeof AutomationTemplate.api.create>): Promise<AutomationTemplate> => {
  await requireAutomation(input);
  const by = actorId(ctx.actor);
  return AutomationTemplate.create(ctx, { ...input, org_id: ctx.org_id, ...(by === undefined ? {} : { created_by: by, updated_by: by }) });
};
