import type { OrgCtx } from "../../kernel/context.ts";
import type { PageOf, PageRequest } from "../../kernel/http/route.ts";
import { FlaggedPerson } from "./flagged-person.ts";
import type { TrendPlatform } from "./topic.ts";

/** Whose mentions on a network are not counted, by their ids. */
export const listFlaggedPersons = (ctx: OrgCtx, platform: TrendPlatform, page: PageRequest): Promise<PageOf<FlaggedPerson>> =>
  FlaggedPerson.list(ctx, { org_id: ctx.org_id, platform }, page);
