import { dayOf } from "../../kernel/days.ts";
import type { OrgCtx } from "../../kernel/context.ts";
import { every } from "../../kernel/table/every.ts";
import { PostDay } from "../engagement/post-day.ts";
import { type Hour, WINDOW_HOURS, timeOfHour } from "./coverage.ts";
import { TopicPost } from "./topic-post.ts";
import type { Topic, TrendPlatform } from "./topic.ts";

/** Posts of one topic in a day that are looked at, the newest ones. */
const POSTS = 50;

/** The days that the 24 hours before an hour touch. */
interface Days {
  readonly from: string;
  readonly to: string;
}

/** Reads engagements of posts, each post once for all of its topics. */
export const engagements = (ctx: OrgCtx, platform: TrendPlatform, hour: Hour) => {
  const [from, to] = [timeOfHour(hour - WINDOW_HOURS), new Date(timeOfHour(hour).getTime() - 1)];
  const days: Days = { from: dayOf(from), to: dayOf(to) };
  const read = new Map<string, Promise<number>>();
  const ofPost = (post_id: string): Promise<number> => {
    const known = read.get(post_id) ?? engagementOf(ctx, post_id, days);
    read.set(post_id, known);
    return known;
  };
  /** Likes, comments, shares and saves of the org's posts that were published with the topic in the last 24 hours. */
  return async ({ topic_type, topic }: Topic): Promise<number> => {
    const at = { org_id: ctx.org_id, platform, topic_type, topic };
    const bounds = { from: { published_at: from.toISOString() }, to: { published_at: to.toISOString() } };
    const { items } = await TopicPost.list(ctx, at, { ...bounds, desc: true, limit: POSTS });
    const each = await Promise.all(items.map(({ post_id }) => ofPost(post_id)));
    return each.reduce((sum, engagement) => sum + engagement, 0);
  };
};

const engagementOf = async (ctx: OrgCtx, post_id: string, { from, to }: Days): Promise<number> => {
  let sum = 0;
  const at = { org_id: ctx.org_id, post_id };
  for await (const { likes, comments, shares, saves } of every((page) => PostDay.list(ctx, at, { ...page, from: { day: from }, to: { day: to } })))
    sum += likes + comments + shares + saves;
  return sum;
};
