import * as z from "zod";
import type { OrgCtx } from "../../kernel/context.ts";
import type { Violation } from "../../kernel/errors.ts";
import type { Post } from "../post/post.ts";
import { getPost } from "../post/read-posts.ts";
import { getSettings } from "../settings/get-settings.ts";
import { planViolations } from "./plan-post.ts";
import { type PossibleTime, plannedAt } from "./planned-time.ts";
import { PostMark, REPEATED_DAYS, hourOf } from "./post-mark.ts";
import { captionHash, hashtagsIn, lengthOf, mentionsIn, publishedText } from "./published-text.ts";

const DAY_MS = 86_400_000;
/** Of each kind so many others are named. */
const NAMED = 10;

const Finding = z.strictObject({ pointer: z.string(), code: z.string(), detail: z.string() });
const Warning = z.strictObject({ code: z.enum(["repeated_text", "same_hour"]), detail: z.string(), post_id: z.uuid(), at: z.iso.datetime() });
type Warning = z.output<typeof Warning>;

export const PostCheck = z.strictObject({
  /** Nothing keeps the post from being planned. */
  publishable: z.boolean(),
  /** The text that would appear: caption, hashtags and mentions. */
  text: z.string(),
  text_length: z.int(),
  hashtags_count: z.int(),
  mentions_count: z.int(),
  violations: z.array(Finding),
  warnings: z.array(Warning),
});
export type PostCheck = z.input<typeof PostCheck>;

const others = async (ctx: OrgCtx, post: Post, account_id: string, kind: PostMark["kind"], value: string, from?: string): Promise<PostMark[]> => {
  const range = from === undefined ? {} : { from: { at: from } };
  const { items } = await PostMark.list(ctx, { org_id: ctx.org_id, account_id, kind, value }, { ...range, limit: NAMED + 1, desc: true });
  return items.filter(({ post_id }) => post_id !== post.id).slice(0, NAMED);
};

/** What is no mistake by itself: the same text on the account within 30 days, and another post in the same hour. */
const warningsOf = async (ctx: OrgCtx, post: Post, at: string): Promise<Warning[]> => {
  const { account_id } = post;
  if (account_id === undefined) return [];
  const text = publishedText(post);
  const since = new Date(Date.parse(at) - REPEATED_DAYS * DAY_MS).toISOString();
  const [repeated, hour] = await Promise.all([
    text === "" ? [] : others(ctx, post, account_id, "caption", captionHash(text), since),
    others(ctx, post, account_id, "hour", hourOf(at)),
  ]);
  return [
    ...repeated.map((mark) => ({
      code: "repeated_text" as const,
      detail: `The account has the same text on ${mark.at.slice(0, 10)}.`,
      post_id: mark.post_id,
      at: mark.at,
    })),
    ...hour.map((mark) => ({
      code: "same_hour" as const,
      detail: `The account has another post in this hour, at ${mark.at.slice(11, 16)} UTC.`,
      post_id: mark.post_id,
      at: mark.at,
    })),
  ];
};

/**
 * Everything that the network would refuse in a post, and what a person may want to know before planning it; changes
 * nothing. Throws DomainError not_found, `local_time_nonexistent` and `local_time_ambiguous`. README, Limits.
 */
export const checkPost = async (ctx: OrgCtx, id: string, input: PossibleTime): Promise<PostCheck> => {
  const post = await getPost(ctx, id);
  const hasTime = input.scheduled_at !== undefined || input.local_time !== undefined;
  const planned = hasTime ? plannedAt(input, (await getSettings(ctx)).time_zone).scheduled_at : undefined;
  const text = publishedText(post);
  const violations: Violation[] = await planViolations(ctx, post, planned);
  return {
    publishable: violations.length === 0,
    text,
    text_length: lengthOf(text),
    hashtags_count: hashtagsIn(text).length,
    mentions_count: mentionsIn(text).length,
    violations,
    warnings: await warningsOf(ctx, post, planned ?? post.scheduled_at ?? ctx.clock.now().toISOString()),
  };
};
