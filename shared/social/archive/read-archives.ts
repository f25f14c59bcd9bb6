import type { OrgCtx } from "../../kernel/context.ts";
import type { PageOf, PageRequest } from "../../kernel/http/route.ts";
import { ArchivedMonth } from "./archived-month.ts";

/** The months that are in the archive or on their way, the latest first, each with what was copied. */
export const listArchives = (ctx: OrgCtx, page: PageRequest): Promise<PageOf<ArchivedMonth>> =>
  ArchivedMonth.list(ctx, { org_id: ctx.org_id }, { ...page, desc: true });

/** Throws DomainError not_found for a month that was never archived. */
export const getArchive = (ctx: OrgCtx, month: string): Promise<ArchivedMonth> => ArchivedMonth.get(ctx, { org_id: ctx.org_id, month }, { consistent: true });
