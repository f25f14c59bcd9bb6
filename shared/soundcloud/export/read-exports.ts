import * as z from "zod";
import type { OrgCtx } from "../../kernel/context.ts";
import { notFound } from "../../kernel/errors.ts";
import type { Files } from "../../kernel/files/files.ts";
import type { PageOf, PageRequest } from "../../kernel/http/route.ts";
import { findOwnMember, ownMember } from "../member/own-member.ts";
import { Export } from "./export.ts";

/** Long enough to follow the link, too short to be worth keeping. */
const DOWNLOAD_S = 300;

export const ExportView = Export.api.response.extend({
  /** Where the finished file is for five minutes; signed anew by each reading, stored nowhere. */
  download_url: z.url().optional(),
});
export type ExportView = z.output<typeof ExportView>;

const isOver = (ctx: OrgCtx, { expires_at }: Export): boolean => expires_at <= ctx.clock.now().toISOString();

export const presentExport = ({ file_key: _, ...item }: Export): ExportView => item;

/** One of the whole org is about nobody. */
const isAboutCaller = async (ctx: OrgCtx, { member_id }: Export): Promise<boolean> => member_id !== undefined && (await findOwnMember(ctx))?.id === member_id;

/** An export as far as the caller may see: any for ops, those about themselves for members. Throws DomainError not_found, also once it is over. */
const visibleExport = async (ctx: OrgCtx, id: string): Promise<Export> => {
  const item = await Export.get(ctx, { org_id: ctx.org_id, id }, { consistent: true });
  if (isOver(ctx, item) || !(ctx.grant === "all" || (await isAboutCaller(ctx, item)))) throw notFound("export");
  return item;
};

/** With the link to the file once there is one. Throws DomainError not_found. */
export const getExport = async (ctx: OrgCtx & { readonly files: Files }, id: string): Promise<ExportView> => {
  const item = await visibleExport(ctx, id);
  if (item.status !== "completed") return presentExport(item);
  const download_url = await ctx.files.presignGet(item.file_key, { filename: `${item.kind}-${id}.${item.format}`, expires_s: DOWNLOAD_S });
  return { ...presentExport(item), download_url };
};

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
