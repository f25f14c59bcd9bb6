import * as z from "zod";
import { InsightRecorded } from "../../../events/social/insight-recorded.v1.ts";
import type { OrgCtx } from "../../kernel/context.ts";
import { todayOf } from "../../kernel/days.ts";
import { conflict, unprocessable } from "../../kernel/errors.ts";
import { date } from "../../kernel/fields.ts";
import { type Write, contend, stillMissing, transact } from "../../kernel/table/table.ts";
import type { Post } from "../post/post.ts";
import { getPost } from "../post/read-posts.ts";
import { social, socialSystem } from "../table.ts";
import { type CountedThen, INSIGHTS, PostInsight, insightCounts } from "./post-insight.ts";
import { type InsightView, presentInsight } from "./present-insight.ts";

export const NewInsight = z
  .strictObject({
    /** The UTC day it was so; today unless given. */
    day: date.optional(),
    ...insightCounts,
  })
  .refine((insight) => INSIGHTS.some((name) => insight[name] !== undefined), "says nothing; give at least one number");
export type NewInsight = z.output<typeof NewInsight>;

const requirePublished = (ctx: OrgCtx, { status, published_at }: Post, day: string): void => {
  if (status !== "published" || published_at === undefined) throw conflict("not_published", "The post is not published: no network can say anything of it.");
  const since = published_at.slice(0, 10);
  if (day < since || day > todayOf(ctx))
    throw unprocessable("day_out_of_range", "The day lies before the post's publication or after today.", [
      { pointer: "/day", code: "day_out_of_range", detail: `Give a day from ${since} to ${todayOf(ctx)}.` },
    ]);
};

/**
 * The one way in which it is noted what a network says of a published post on a day: the insight as it is then, and its
 * writes for a transaction. The event among them brings the post's rows up to it; what says the same again needs none.
 * `counted` is what was counted here at that moment, where somebody looked. Throws as `recordInsight`.
 */
export const insightWrites = async (
  ctx: OrgCtx,
  post: Post,
  { day = todayOf(ctx), ...said }: NewInsight,
  counted?: CountedThen,
): Promise<{ readonly insight: PostInsight; readonly writes: Write[] }> => {
  requirePublished(ctx, post, day);
  const key = { org_id: ctx.org_id, post_id: post.id, day };
  const before = await PostInsight.find(ctx, key, { consistent: true });
  const noted = { ...said, read_at: ctx.clock.now().toISOString() };
  const event = socialSystem.emit(ctx, InsightRecorded, { post_id: post.id, day });
  if (!before) {
    const drafted = PostInsight.draft(ctx, { ...noted, ...key, ...(counted === undefined ? {} : { counted }) });
    return { insight: drafted, writes: [...stillMissing(PostInsight.writes.put(ctx, drafted)), ...event] };
  }
  const changed = PostInsight.writes.patch(ctx, before, { ...noted, counted: counted ?? null });
  const isNew = INSIGHTS.some((name) => said[name] !== undefined && said[name] !== before[name]);
  return { insight: PostInsight.after(changed), writes: [...changed, ...(isNew ? event : [])] };
};

/**
 * Notes what a network says of a published post on a day. Numbers that are left out keep what was said before on that day.
 * Throws DomainError not_found, conflict `not_published`, and unprocessable `day_out_of_range` for a day before publication
 * or after today.
 */
export const recordInsight = async (ctx: OrgCtx, post_id: string, input: NewInsight): Promise<InsightView> => {
  const post = await getPost(ctx, post_id);
  return contend(async () => {
    const { insight, writes } = await insightWrites(ctx, post, input);
    const result = presentInsight(insight);
    await transact(ctx, social, writes, { pattern: "analytics.recordInsight", result });
    return result;
  });
};
