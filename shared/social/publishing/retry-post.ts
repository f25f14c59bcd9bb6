import type { OrgCtx } from "../../kernel/context.ts";
import type { Post } from "../post/post.ts";
import { orderPublication } from "./order-publication.ts";

/**
 * Has a post that failed published once more. The job reads back first what became of the attempt before, and asks the
 * network again only for what is not there. Throws as `orderPublication`. README, Publishing.
 */
export const retryPost = (ctx: OrgCtx, id: string): Promise<Post> => orderPublication(ctx, id, ["failed"], "posts.retry");
