import type { OrgCtx } from "../../kernel/context.ts";
import { ContentTemplate } from "./content-template.ts";

/** Deletes a template; posts that were drafted from it stay. Throws DomainError not_found and stale. */
export const deleteTemplate = (ctx: OrgCtx, id: string, version: number): Promise<void> => ContentTemplate.delete(ctx, { org_id: ctx.org_id, id }, { version });
