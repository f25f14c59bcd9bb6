import type { OrgCtx } from "../../kernel/context.ts";
import type { PageOf, PageRequest } from "../../kernel/http/route.ts";
import { FlaggedPerson } from "./flagged-person.ts";

/** Whose mentions are not counted. */
export const listFlaggedPersons = (ctx: OrgCtx, page: PageRequest): Promise<PageOf<FlaggedPerson>> => FlaggedPerson.list(ctx, { org_id: ctx.org_id }, page);
