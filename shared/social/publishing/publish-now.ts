import type { OrgCtx } from "../../kernel/context.ts";
import type { Post } from "../post/post.ts";
import { orderPublication } from "./order-publication.ts";

/** Has a draft or a planned post published at once, by the job that publishes all others. Throws as `orderPublication`. README, Publishing. */
export const publishNow = (ctx: OrgCtx, id: string): Promise<Post> => orderPublication(ctx, id, ["draft", "scheduled"], "posts.publishNow");
