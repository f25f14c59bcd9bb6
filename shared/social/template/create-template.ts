import type * as z from "zod";
import type { OrgCtx } from "../../kernel/context.ts";
import { transact } from "../../kernel/table/table.ts";
import { social } from "../table.ts";
import { ContentTemplate, type TemplateView, presentTemplate } from "./content-template.ts";

export type NewTemplate = z.output<typeof ContentTemplate.api.create>;

/** Throws DomainError conflict `name_taken` and `stray_brace`. */
export const createTemplate = async (ctx: OrgCtx, input: NewTemplate): Promise<TemplateView> => {
  const template = ContentTemplate.draft(ctx, { ...input, org_id: ctx.org_id });
  const shown = presentTemplate(template);
  await transact(ctx, social, ContentTemplate.writes.put(ctx, template), { pattern: "templates.create", result: shown });
  return shown;
};
