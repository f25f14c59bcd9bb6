import type { OrgCtx } from "../../kernel/context.ts";
import type { PageOf, PageRequest } from "../../kernel/http/route.ts";
import { getPost } from "../post/read-posts.ts";
import { PostInsight } from "./post-insight.ts";
import { type InsightView, presentInsight } from "./present-insight.ts";

/** What the network said of a post day by day, the latest first. Throws DomainError not_found. */
export const listInsights = async (ctx: OrgCtx, post_id: string, page: PageRequest): Promise<PageOf<InsightView>> => {
  await getPost(ctx, post_id);
  const { items, position } = await PostInsight.list(ctx, { org_id: ctx.org_id, post_id }, { ...page, desc: true });
  return { items: items.map(presentInsight), position };
};
