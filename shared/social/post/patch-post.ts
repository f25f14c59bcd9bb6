import type * as z from "zod";
import type { OrgCtx } from "../../kernel/context.ts";
import { conflict } from "../../kernel/errors.ts";
import { transact } from "../../kernel/table/table.ts";
import { social } from "../table.ts";
import { Post } from "./post.ts";
import { getPost } from "./read-posts.ts";
import { requireReferences } from "./require-references.ts";

export type PostPatch = z.output<typeof Post.api.patch>;

/** Changes a draft or a failed post. Throws DomainError conflict `not_editable` for others, stale and `unknown_reference`. */
export const patchPost = async (ctx: OrgCtx, id: string, patch: PostPatch, version: number): Promise<Post> => {
  const post = await getPost(ctx, id);
  if (post.status !== "draft" && post.status !== "failed")
    throw conflict("not_editable", `A ${post.status} post cannot be changed. Take it back to a draft first, if it is scheduled.`);
  await requireReferences(ctx, patch);
  await transact(ctx, social, Post.writes.patch(ctx, post, patch, { version }), { pattern: "posts.patch" });
  return getPost(ctx, id);
};
