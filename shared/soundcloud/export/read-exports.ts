import type * as z from "zod";
import type { OrgCtx } from "../../kernel/context.ts";
import { notFound } from "../../kernel/errors.ts";
import { isOver, linkFields, linkedExport, presentExport } from "../../kernel/export/present-export.ts";
import type { Files } from "../../kernel/files/files.ts";
import type { PageOf, PageRequest } from "../../kernel/http/route.ts";
import { findOwnMember, ownMember } from "../member/own-member.ts";
import { Export } from "./export.ts";

export const ExportView = Export.api.response.extend(linkFields);
export type ExportView = z.output<typeof ExportView>;

/** One of the whole org is about nobody. */
const isAboutCaller = async (ctx: OrgCtx, { member_id }: Export): Promise<boolean> => member_id !== undefined && (await findOwnMember(ctx))?.id === member_id;

/** An export as far as the caller may see: any for ops, those about themselves for members. Throws DomainError not_found, also once it is over. */
const visibleExport = async (ctx: OrgCtx, id: string): Promise<Export> => {
  const item = await Export.get(ctx, { org_id: ctx.org_id, id }, { consistent: true });
  if (isOver(ctx, item) || !(ctx.grant === "all" || (await isAboutCaller(ctx, item)))) throw notFound("export");
  return item;
};

/** With the link to the file once there is one. Throws DomainError not_found. */
export const getExport = async (ctx: OrgCtx & { readonly files: Files }, id: string): Promise<ExportView> => linkedExport(ctx, await visibleExport(ctx, id));

/** The latest first: all for ops, those about themselves for members. */
export const listExports = async (ctx: OrgCtx, page: PageRequest): Promise<PageOf<ExportView>> => {
  const { org_id } = ctx;
  const options = { ...page, desc: true };
  const { items, position } =
    ctx.grant === "all"
      ? await Export.query.all(ctx, { org_id }, options)
      : await Export.query.byMember(ctx, { org_id, member_id: (await ownMember(ctx)).id }, options);
  return { items: items.filter((item) => !isOver(ctx, item)).map(presentExport), position };
};
