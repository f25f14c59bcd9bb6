import type { OrgCtx } from "../../kernel/context.ts";
import { isDomainError } from "../../kernel/errors.ts";
import type { Commands } from "../../kernel/queue/commands.ts";
import { SocialAccount } from "../account/social-account.ts";
import type { Post } from "../post/post.ts";
import { getPost } from "../post/read-posts.ts";
import { type ToldMention, recordMentions } from "./record-mentions.ts";
import { TopicPost } from "./topic-post.ts";
import { normaliseTopic } from "./topic.ts";

/**
 * Counts the hashtags and mentions of a published post of the org, as those of the account that it appeared on, and notes
 * which topics it carries. Nothing for a post that was deleted or is not published. README, Mentions.
 */
export const recordPostTopics = async (ctx: OrgCtx & { readonly commands: Commands }, post_id: string): Promise<void> => {
  const post = await findPublished(ctx, post_id);
  if (!post) return;
  const { platform, published_at, hashtags, mentions } = post;
  const platform_user_id = await authorOf(ctx, post);
  const topics = [
    ...hashtags.map((topic) => ({ topic_type: "hashtag" as const, topic })),
    ...mentions.map((topic) => ({ topic_type: "mention" as const, topic })),
  ];
  const spelt = topics.flatMap(({ topic_type, topic: text }) => {
    const topic = normaliseTopic(topic_type, text);
    return topic === undefined ? [] : [{ topic_type, topic }];
  });
  const carried = spelt.map((topic) => ({ org_id: ctx.org_id, platform, ...topic, published_at, post_id }));
  await TopicPost.putMany(ctx, carried);
  const told = spelt.map((topic): ToldMention => ({
    id: `post/${post_id}/${topic.topic_type}/${topic.topic}`,
    platform,
    ...topic,
    at: published_at,
    platform_user_id,
    post_id,
  }));
  if (told.length > 0) await recordMentions(ctx, told);
};

const findPublished = async (ctx: OrgCtx, post_id: string): Promise<(Post & { readonly published_at: string }) | undefined> => {
  try {
    const post = await getPost(ctx, post_id);
    const { published_at } = post;
    return published_at === undefined ? undefined : { ...post, published_at };
  } catch (error) {
    if (isDomainError(error, "not_found")) return undefined;
    throw error;
  }
};

/** The account's own id at its network, so that what the network tells of it is the same person. */
const authorOf = async (ctx: OrgCtx, { account_id }: Post): Promise<string> => {
  const account = account_id === undefined ? undefined : await SocialAccount.find(ctx, { org_id: ctx.org_id, id: account_id });
  return account?.external_id ?? `org/${ctx.org_id}`;
};
