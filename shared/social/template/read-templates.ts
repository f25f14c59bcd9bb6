import * as z from "zod";
import type { OrgCtx } from "../../kernel/context.ts";
import type { PageOf, PageRequest } from "../../kernel/http/route.ts";
import { ContentTemplate, type TemplateView, presentTemplate } from "./content-template.ts";

export const TemplateFilter = z.strictObject({ ranked: z.literal("true").optional() });
export type TemplateFilter = z.output<typeof TemplateFilter>;

/** Throws DomainError not_found. */
export const getTemplate = async (ctx: OrgCtx, id: string): Promise<TemplateView> =>
  presentTemplate(await ContentTemplate.get(ctx, { org_id: ctx.org_id, id }));

/** All templates, the oldest first; or those that were rated, the surest success first. */
export const listTemplates = async (ctx: OrgCtx, { ranked }: TemplateFilter, page: PageRequest): Promise<PageOf<TemplateView>> => {
  const at = { org_id: ctx.org_id };
  const { items, position } = ranked ? await ContentTemplate.query.byRank(ctx, at, { ...page, desc: true }) : await ContentTemplate.list(ctx, at, page);
  return { items: items.map(presentTemplate), position };
};
