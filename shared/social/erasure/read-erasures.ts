import type { OrgCtx } from "../../kernel/context.ts";
import type { PageOf, PageRequest } from "../../kernel/http/route.ts";
import { PersonErasure } from "./person-erasure.ts";

/** Throws DomainError not_found. */
export const getErasure = (ctx: OrgCtx, id: string): Promise<PersonErasure> => PersonErasure.get(ctx, { org_id: ctx.org_id, id }, { consistent: true });

/** The latest first. */
export const listErasures = (ctx: OrgCtx, page: PageRequest): Promise<PageOf<PersonErasure>> =>
  PersonErasure.query.all(ctx, { org_id: ctx.org_id }, { ...page, desc: true });
