import type { OrgCtx } from "../../kernel/context.ts";
import type { PageOf, PageRequest } from "../../kernel/http/route.ts";
import { type AccountView, presentAccount } from "./present-account.ts";
import { SocialAccount } from "./social-account.ts";

/** Throws DomainError not_found. */
export const getAccount = async (ctx: OrgCtx, id: string): Promise<AccountView> => presentAccount(await SocialAccount.get(ctx, { org_id: ctx.org_id, id }));

/** All accounts of the org, in the order in which they were connected first. */
export const listAccounts = async (ctx: OrgCtx, page: PageRequest): Promise<PageOf<AccountView>> => {
  const { items, position } = await SocialAccount.list(ctx, { org_id: ctx.org_id }, page);
  return { items: items.map(presentAccount), position };
};
