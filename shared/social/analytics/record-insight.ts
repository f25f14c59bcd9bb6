import * as z from "zod";
import { InsightRecorded } from "../../../events/social/insight-recorded.v1.ts";
import type { OrgCtx } from "../../kernel/context.ts";
import { todayOf } from "../../kernel/days.ts";
import { conflict, unprocessable } from "../../kernel/errors.ts";
import { date } from "../../kernel/fields.ts";
import { contend, stillMissing, transact } from "../../kernel/table/table.ts";
import { getPost } from "../post/read-posts.ts";
import { social, socialSystem } from "../table.ts";
import { INSIGHTS, PostInsight, insightCounts } from "./post-insight.ts";

export const NewInsight = z
  .strictObject({
    /** The UTC day it was so; today unless given. */
    day: date.optional(),
    ...insightCounts,
  })
  .refine((insight) => INSIGHTS.some((name) => insight[name] !== undefined), "says nothing; give at least one number");
export type NewInsight = z.output<typeof NewInsight>;

/**
 * Notes what a network says of a published post on a day; the event that follows brings its rows up to it. Numbers that
 * are left out keep what was said before on that day. Throws DomainError not_found, conflict `not_published`, and
 * unprocessable `day_out_of_range` for a day before publication or after today.
 */
export const recordInsight = async (ctx: OrgCtx, post_id: string, { day = todayOf(ctx), ...said }: NewInsight): Promise<PostInsight> => {
  const post = await getPost(ctx, post_id);
  if (post.status !== "published" || post.published_at === undefined)
    throw conflict("not_published", "The post is not published: no network can say anything of it.");
  const since = post.published_at.slice(0, 10);
  if (day < since || day > todayOf(ctx))
    throw unprocessable("day_out_of_range", "The day lies before the post's publication or after today.", [
      { pointer: "/day", code: "day_out_of_range", detail: `Give a day from ${since} to ${todayOf(ctx)}.` },
    ]);
  return contend(async () => {
    const key = { org_id: ctx.org_id, post_id, day };
    const before = await PostInsight.find(ctx, key, { consistent: true });
    const read_at = ctx.clock.now().toISOString();
    const drafted = PostInsight.draft(ctx, { ...said, ...key, read_at });
    const result = before ? { ...before, ...said, read_at, version: before.version + 1, updated_at: drafted.updated_at } : drafted;
    const stored = before ? PostInsight.writes.patch(ctx, before, { ...said, read_at }) : stillMissing(PostInsight.writes.put(ctx, drafted));
    await transact(ctx, social, [...stored, ...socialSystem.emit(ctx, InsightRecorded, { post_id, day })], { pattern: "analytics.recordInsight", result });
    return result;
  });
};
