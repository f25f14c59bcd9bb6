import type * as z from "zod";
import type { OrgCtx } from "../../kernel/context.ts";
import { requireTemplate } from "./check-template.ts";
import { EmailTemplate } from "./email-template.ts";
import { patched } from "./patched.ts";

/** Checked as a whole, as it will stand. Throws DomainError not_found, `stale`, `template_invalid` or `name_taken`. */
export const patchEmailTemplate = async (ctx: OrgCtx, id: string, patch: z.output<typeof EmailTemplate.api.patch>, version: number): Promise<EmailTemplate> => {
  const key = { org_id: ctx.org_id, id };
  await requireTemplate(patched(await EmailTemplate.get(ctx, key, { consistent: true }), patch));
  return EmailTemplate.patch(ctx, key, patch, { version });
};
