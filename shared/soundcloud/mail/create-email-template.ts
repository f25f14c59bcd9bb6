import type * as z from "zod";
import type { OrgCtx } from "../../kernel/context.ts";
import { requireTemplate } from "./check-template.ts";
import { EmailTemplate } from "./email-template.ts";

/** Throws DomainError `template_invalid` or `name_taken`. */
export const createEmailTemplate = async (ctx: OrgCtx, input: z.output<typeof EmailTemplate.api.create>): Promise<EmailTemplate> => {
  await requireTemplate(input);
  return EmailTemplate.create(ctx, { ...input, org_id: ctx.org_id });
};
