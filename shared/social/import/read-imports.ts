import type { OrgCtx } from "../../kernel/context.ts";
import type { PageOf, PageRequest } from "../../kernel/http/route.ts";
import { SocialImportRow } from "./import-row.ts";
import { type ImportView, presentImport } from "./import-view.ts";
import { SocialImport } from "./import.ts";

/** Throws DomainError not_found. */
export const getImport = async (ctx: OrgCtx, id: string): Promise<ImportView> => presentImport(await SocialImport.get(ctx, { org_id: ctx.org_id, id }));

/** The latest first. */
export const listImports = async (ctx: OrgCtx, page: PageRequest): Promise<PageOf<ImportView>> => {
  const found = await SocialImport.query.all(ctx, { org_id: ctx.org_id }, { ...page, desc: true });
  return { ...found, items: found.items.map(presentImport) };
};

/** The rows in the order of the file, all of them or those of one outcome. Throws DomainError not_found. */
export const listImportRows = async (
  ctx: OrgCtx,
  import_id: string,
  outcome: SocialImportRow["outcome"] | undefined,
  page: PageRequest,
): Promise<PageOf<SocialImportRow>> => {
  const { org_id } = ctx;
  await SocialImport.get(ctx, { org_id, id: import_id });
  return outcome === undefined
    ? SocialImportRow.list(ctx, { org_id, import_id }, page)
    : SocialImportRow.query.byOutcome(ctx, { org_id, import_id, outcome }, page);
};
