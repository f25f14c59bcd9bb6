import { RecordMentions } from "../../../events/social/record-mentions.v1.ts";
import type { OrgCtx } from "../../kernel/context.ts";
import { isDomainError } from "../../kernel/errors.ts";
import { uuidOf } from "../../kernel/ids.ts";
import type { Commands } from "../../kernel/queue/commands.ts";
import { SocialAccount } from "../account/social-account.ts";
import type { Post } from "../post/post.ts";
import { getPost } from "../post/read-posts.ts";
import { TopicPost } from "./topic-post.ts";
import { type Topic, normaliseTopic, topicKey } from "./topic.ts";

const MOST = 100;

/**
 * Orders the hashtags and mentions of a published post of the org to be counted, as those of the account that it
 * appeared on, and notes which topics it carries. Nothing for a post that was deleted or is not published. README,
 * Mentions.
 */
export const recordPostTopics = async (ctx: OrgCtx & { readonly commands: Commands }, post_id: string): Promise<void> => {
  const post = await findPublished(ctx, post_id);
  if (!post) return;
  const { org_id } = ctx;
  const { platform, published_at } = post;
  const topics = topicsOf(post);
  if (topics.length === 0) return;
  await TopicPost.putMany(
    ctx,
    topics.map((topic) => ({ org_id, platform, ...topic, published_at, post_id })),
  );
  const platform_user_id = await authorOf(ctx, post);
  const mentions = topics.map((topic) => ({
    id: `post/${post_id}/${topic.topic_type}/${topic.topic}`,
    platform,
    ...topic,
    at: published_at,
    platform_user_id,
    post_id,
  }));
  const messages = Array.from({ length: Math.ceil(mentions.length / MOST) }, (_, at) => ({
    org_id,
    id: uuidOf(`${RecordMentions.type}/post/${post_id}/${at}`),
    data: { mentions: mentions.slice(at * MOST, (at + 1) * MOST) },
  }));
  await ctx.commands.sendEach(ctx, RecordMentions, messages);
};

/** Each in its one spelling, once. */
const topicsOf = ({ hashtags, mentions }: Post): Topic[] => {
  const written = [
    ...hashtags.map((topic) => ({ topic_type: "hashtag" as const, topic })),
    ...mentions.map((topic) => ({ topic_type: "mention" as const, topic })),
  ];
  const spelt = written.flatMap(({ topic_type, topic: text }) => {
    const topic = normaliseTopic(topic_type, text);
    return topic === undefined ? [] : [{ topic_type, topic }];
  });
  return [...new Map(spelt.map((topic) => [topicKey(topic), topic])).values()];
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
