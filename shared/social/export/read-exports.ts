import * as z from "zod";
import type { OrgCtx } from "../../kernel/context.ts";
import { notFound } from "../../kernel/errors.ts";
import type { Files } from "../../kernel/files/files.ts";
import type { PageOf, PageRequest } from "../../kernel/http/route.ts";
import { SocialExport } from "./export.ts";

/** Long enough to follow the link, too short to be worth keeping. */
const DOWNLOAD_S = 300;

export const ExportView = SocialExport.api.response.extend({
  /** Where the finished file is for five minutes; signed anew by each reading, stored nowhere. */
  download_url: z.url().optional(),
});
export type ExportView = z.output<typeof ExportView>;

const isOver = (ctx: OrgCtx, { expires_at }: SocialExport): boolean => expires_at <= ctx.clock.now().toISOString();

export const presentExport = ({ file_key: _, ...item }: SocialExport): ExportView => item;

/** With the link to the file once there is one. Throws DomainError not_found, also once it is over. */
export const getExport = async (ctx: OrgCtx & { readonly files: Files }, id: string): Promise<ExportView> => {
  const item = await SocialExport.get(ctx, { org_id: ctx.org_id, id }, { consistent: true });
  if (isOver(ctx, item)) throw notFound("export");
  if (item.status !== "completed") return presentExport(item);
  const download_url = await ctx.files.presignGet(item.file_key, { filename: `${item.kind}-${id}.${item.format}`, expires_s: DOWNLOAD_S });
  return { ...presentExport(item), download_url };
};

/** The latest first, without links. */
export const listExports = async (ctx: OrgCtx, page: PageRequest): Promise<PageOf<ExportView>> => {
  const { items, position } = await SocialExport.query.all(ctx, { org_id: ctx.org_id }, { ...page, desc: true });
  return { items: items.filter((item) => !isOver(ctx, item)).map(presentExport), position };
};
