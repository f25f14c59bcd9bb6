import type * as z from "zod";
import { type OrgCtx } from "../../kernel/context.ts";
import { transact } from "../../kernel/table/table.ts";
import { social } from "../table.ts";
import { Post } from "./post.ts";
import { requireReferences } from "./require-references.ts";

export type NewPost = z.output<typeof Post.api.create>;

/** A draft of the caller. Nothing is checked against the network's limits until it is scheduled. Throws DomainError `unknown_reference`. */
export const createPost = async (ctx: OrgCtx, input: NewPost): Promise<Post> => {
  await requireReferences(ctx, input);
  const user_id = ctx.actor.kind === "user" ? ctx.actor.user_id : undefined;
  const post = Post.draft(ctx, { ...input, org_id: ctx.org_id, ...(user_id === undefined ? {} : { user_id }) });
  await transact(ctx, social, Post.writes.put(ctx, post), { pattern: "posts.create", result: post });
  return post;
};
