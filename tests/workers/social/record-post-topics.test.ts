import { beforeAll, describe, expect, it } from "vitest";
import { PostPublished } from "../../../events/social/post-published.v1.ts";
import { RecordPostTopics } from "../../../events/social/record-post-topics.v1.ts";
import { recordMentionsWorker } from "../../../functions/social/record-mentions.worker.ts";
import { recordPostTopicsWorker } from "../../../functions/social/record-post-topics.worker.ts";
import { SocialAccount } from "../../../shared/social/account/social-account.ts";
import { deletePost } from "../../../shared/social/post/delete-post.ts";
import { TopicDay } from "../../../shared/social/trend/topic-day.ts";
import { Speaker } from "../../../shared/social/trend/speaker.ts";
import { TopicPerson } from "../../../shared/social/trend/topic-person.ts";
import { TopicPost } from "../../../shared/social/trend/topic-post.ts";
import { type SocialOrg, type SocialWorld, socialWorld } from "../../support/social.ts";
import { trendsOf } from "./trends-world.ts";

let world: SocialWorld;
beforeAll(async () => {
  world = await socialWorld();
});
const fresh = async () => {
  const org: SocialOrg = await world.org();
  return { org, ...trendsOf(world, org) };
};
/** The event as the bus brings it. */
const published = ({ org_id }: SocialOrg, post: { id: string; platform: string; published_at?: string | undefined }): string => {
  const at = world.clock.now().toISOString();
  const data = { post_id: post.id, platform: post.platform, published_at: post.published_at };
  return JSON.stringify({ "detail-type": PostPublished.type, detail: { id: world.ids.uuid(), type: PostPublished.type, org_id, at, data } });
};

describe("record-post-topics", () => {
  it("counts hashtags and mentions of a published post once, as those of its account", async () => {
    const { org, count } = await fresh();
    const { ctx, org_id } = org;
    const account = await SocialAccount.create(ctx, { org_id, platform: "instagram", external_id: "1784", username: "gym" });
    const post = await org.post({ status: "published", account_id: account.id, hashtags: ["LegDay", "legday", "Fitness"], mentions: ["Coach"] });
    const event = published(org, post);
    expect(await world.deliver(recordPostTopicsWorker, [event, event])).toBe(0);
    expect(new Set(world.sent.map(({ envelope }) => envelope.id)).size).toBe(1);
    expect(await world.drain(recordMentionsWorker)).toBe(2);
    expect([await count("legday"), await count("fitness")]).toEqual([1, 1]);
    const { items } = await TopicDay.list(ctx, { org_id, platform: "instagram", day: "2026-11-20" });
    expect(items.map(({ topic_type, topic, mentions }) => [topic_type, topic, mentions])).toEqual([
      ["hashtag", "fitness", 1],
      ["hashtag", "legday", 1],
      ["mention", "coach", 1],
    ]);
    const { id: speaker_id } = await Speaker.get(ctx, { org_id, platform: "instagram", platform_user_id: "1784" });
    const own = await TopicPerson.list(ctx, { org_id, platform: "instagram", speaker_id });
    expect(own.items.length).toBe(3);
    const { items: posts } = await TopicPost.list(ctx, { org_id, platform: "instagram", topic_type: "hashtag", topic: "legday" });
    expect(posts.map(({ post_id }) => post_id)).toEqual([post.id]);
  });

  it("does nothing for a post that is gone, or not published", async () => {
    const { org, count } = await fresh();
    const [gone, draft] = [await org.post({ status: "published", hashtags: ["legday"] }), await org.post({ hashtags: ["legday"] })];
    await deletePost(org.ctx, gone.id, gone.version);
    expect(
      await world.deliver(
        recordPostTopicsWorker,
        [gone, draft].map(({ id }) => org.message(RecordPostTopics, { post_id: id })),
      ),
    ).toBe(0);
    expect(await world.drain(recordMentionsWorker)).toBe(0);
    expect(await count()).toBe(0);
  });

  it("counts beside others, and fails a poisoned message alone", async () => {
    const { org, record, mention, count } = await fresh();
    await record([mention()]);
    const post = await org.post({ status: "published", hashtags: ["legday"] });
    expect(await world.deliver(recordPostTopicsWorker, ["{", published(org, post)])).toBe(1);
    await world.drain(recordMentionsWorker);
    expect(await count()).toBe(2);
  });
});
