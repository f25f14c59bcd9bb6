import type * as z from "zod";
import type { OrgCtx } from "../../kernel/context.ts";
import { ContentTemplate, type TemplateView, presentTemplate } from "./content-template.ts";

export type TemplatePatch = z.output<typeof ContentTemplate.api.patch>;

/** Changes a template; posts that were drafted from it stay as they are. Throws DomainError not_found, stale, `name_taken` and `stray_brace`. */
export const patchTemplate = async (ctx: OrgCtx, id: string, patch: TemplatePatch, version: number): Promise<TemplateView> =>
  presentTemplate(await ContentTemplate.patch(ctx, { org_id: ctx.org_id, id }, patch, { version }));
