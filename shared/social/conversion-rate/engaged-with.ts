import type { OrgCtx } from "../../kernel/context.ts";
import { every } from "../../kernel/table/every.ts";
import { EngagementEvent } from "../engagement/engagement-event.ts";
import { PostMonth } from "../engagement/post-month.ts";
import { type RateWindow, isWithin, monthsOf } from "./rate-window.ts";
import { digestOf } from "./seen-persons.ts";

const PAGE = 1000;

/** Where a post has stored events, and how many they are. */
export interface Active {
  readonly months: readonly string[];
  readonly events: number;
}
export const NOT_ACTIVE: Active = { months: [], events: 0 };

/** The posts on which something happened in the months of a window, by id; from a post on. For a job. */
export const activePosts = async (ctx: OrgCtx, window: RateWindow, since: string | undefined): Promise<Map<string, Active>> => {
  const range = since === undefined ? {} : { from: { post_id: since } };
  const posts = new Map<string, Active>();
  for (const month of monthsOf(window))
    for await (const { post_id, events } of every((page) => PostMonth.list(ctx, { org_id: ctx.org_id, month }, { ...page, ...range, limit: PAGE }))) {
      const before = posts.get(post_id) ?? NOT_ACTIVE;
      posts.set(post_id, { months: [...before.months, month], events: before.events + events });
    }
  return posts;
};

/** The digests of the known persons who liked, commented, shared or saved a post within a window; what moderation removed does not count. For a job. */
export const engagedWith = async (ctx: OrgCtx, post_id: string, months: readonly string[], window: RateWindow): Promise<ReadonlySet<string>> => {
  const persons = new Set<string>();
  for (const month of months)
    for await (const event of every((page) => EngagementEvent.list(ctx, { org_id: ctx.org_id, month, post_id }, { ...page, limit: PAGE }))) {
      const { platform, platform_user_id, removed_at, event_timestamp } = event;
      if (platform_user_id === undefined || removed_at !== undefined || !isWithin(window, event_timestamp)) continue;
      persons.add(digestOf(platform, platform_user_id));
    }
  return persons;
};
