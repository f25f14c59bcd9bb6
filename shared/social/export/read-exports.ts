import type * as z from "zod";
import type { OrgCtx } from "../../kernel/context.ts";
import { notFound } from "../../kernel/errors.ts";
import { isOver, linkFields, linkedExport, presentExport } from "../../kernel/export/present-export.ts";
import type { Files } from "../../kernel/files/files.ts";
import type { PageOf, PageRequest } from "../../kernel/http/route.ts";
import { SocialExport } from "./export.ts";

export const ExportView = SocialExport.api.response.extend(linkFields);
export type ExportView = z.output<typeof ExportView>;

/** With the link to the file once there is one. Throws DomainError not_found, also once it is over. */
export const getExport = async (ctx: OrgCtx & { readonly files: Files }, id: string): Promise<ExportView> => {
  const item = await SocialExport.get(ctx, { org_id: ctx.org_id, id }, { consistent: true });
  if (isOver(ctx, item)) throw notFound("export");
  return linkedExport(ctx, item);
};

/** The latest first, without links. */
export const listExports = async (ctx: OrgCtx, page: PageRequest): Promise<PageOf<ExportView>> => {
  const { items, position } = await SocialExport.query.all(ctx, { org_id: ctx.org_id }, { ...page, desc: true });
  return { items: items.filter((item) => !isOver(ctx, item)).map(presentExport), position };
};
