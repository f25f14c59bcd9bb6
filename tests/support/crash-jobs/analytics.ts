import { AgeTopContent } from "../../../events/social/age-top-content.v1.ts";
import { CountEngagedUsers } from "../../../events/social/count-engaged-users.v1.ts";
import { RateTemplates } from "../../../events/social/rate-templates.v1.ts";
import { RefreshMetrics } from "../../../events/social/refresh-metrics.v1.ts";
import { RefreshPost } from "../../../events/social/refresh-post.v1.ts";
import { ageTopContentWorker } from "../../../functions/social/age-top-content.worker.ts";
import { countEngagedUsersWorker } from "../../../functions/social/count-engaged-users.worker.ts";
import { rateTemplatesWorker } from "../../../functions/social/rate-templates.worker.ts";
import { refreshMetricsWorker } from "../../../functions/social/refresh-metrics.worker.ts";
import { refreshPostWorker } from "../../../functions/social/refresh-post.worker.ts";
import { refreshPost } from "../../../shared/social/analytics/refresh-post.ts";
import { DailyPlatformMetrics } from "../../../shared/social/analytics/daily-platform-metrics.ts";
import { getRefresh, orderRefresh } from "../../../shared/social/analytics/order-refresh.ts";
import { PostAnalytics } from "../../../shared/social/analytics/post-analytics.ts";
import { deletePost } from "../../../shared/social/post/delete-post.ts";
import type { Post } from "../../../shared/social/post/post.ts";
import { ContentTemplate } from "../../../shared/social/template/content-template.ts";
import { OrgConversionRate } from "../../../shared/social/conversion-rate/org-conversion-rate.ts";
import { PostConversionRate } from "../../../shared/social/conversion-rate/post-conversion-rate.ts";
import { createConversion } from "../../../shared/social/conversion/create-conversion.ts";
import { PostMonth } from "../../../shared/social/engagement/post-month.ts";
import { engages, somebody } from "../audience.ts";
import { counted, placesOn } from "../analytics.ts";
import { type SocialOrg, socialWorld } from "../social.ts";
import { crashCase, requireDone } from "./crash-case.ts";

const PUBLISHED_ON = "2026-11-10";
const metrics = { count: () => undefined, took: () => undefined, by: () => undefined, flush: () => undefined };

/** Published ten days ago, with 184 engagements on its first day and 16 on its third. */
const measured = async (org: SocialOrg): Promise<Post> => {
  const post = await org.post({
    status: "published",
    published_at: `${PUBLISHED_ON}T12:00:00.000Z`,
    followers_at_publication: 10_000,
    content_category: "workout",
  });
  await counted(org, post, PUBLISHED_ON, { likes: 160, comments: 15, shares: 9 });
  await counted(org, post, "2026-11-12", { likes: 16 });
  return post;
};

/** What readers see of it: rows, sums and places. */
const seen = async (org: SocialOrg, { id: post_id }: Post) => {
  const { ctx, org_id } = org;
  const rows = await PostAnalytics.list(ctx, { org_id, post_id }, { consistent: true });
  const day = await DailyPlatformMetrics.find(ctx, { org_id, platform: "instagram", publish_date: PUBLISHED_ON }, { consistent: true });
  const places = await Promise.all(([7, 14, 30] as const).map(async (period) => (await placesOn(org, period, "all")).length));
  return {
    rows: rows.items.map(({ analysis_date, likes_count }) => `${analysis_date} ${likes_count}`),
    day: day && [day.posts_count, day.rated_posts, day.rate_sum, day.total_engagement],
    places,
  };
};

export const refreshPostCrash = crashCase("a post's rows, its day and its places", {
  place: (gate) => socialWorld({ gate }),
  start: async (world) => {
    const org = await world.org();
    const post = await measured(org);
    return { org, post, order: org.message(RefreshPost, { post_id: post.id }) };
  },
  run: (world, { order }) => requireDone(world.deliver(refreshPostWorker, [order])),
  state: (_, { org, post }) => seen(org, post),
  ends: { rows: ["2026-11-10 160", "2026-11-12 176", "2026-11-20 176"], day: [1, 1, 20_000, 200], places: [0, 1, 1] },
});

export const withdrawPostCrash = crashCase("a deleted post leaves sums and leaderboards", {
  place: (gate) => socialWorld({ gate }),
  start: async (world) => {
    const org = await world.org();
    const post = await measured(org);
    await refreshPost(org.ctx, { post_id: post.id });
    await deletePost(org.ctx, post.id, post.version);
    return { org, post, order: org.message(RefreshPost, { post_id: post.id }) };
  },
  run: (world, { order }) => requireDone(world.deliver(refreshPostWorker, [order])),
  state: (_, { org, post }) => seen(org, post),
  ends: { day: [0, 0, 0, 0], places: [0, 0, 0] },
});

/** The clock goes on from case to case, so each post is published ten days before its case's now. */
export const ageTopContentCrash = crashCase("posts leave the leaderboards that their age has passed", {
  place: (gate) => socialWorld({ gate }),
  start: async (world) => {
    const org = await world.org();
    world.clock.set("2026-11-20T09:00:00.000Z");
    const posts = [await org.post({ status: "published", published_at: "2026-11-13T08:00:00.000Z" }), await org.post({ status: "published" })];
    for (const post of posts) await refreshPost(org.ctx, { post_id: post.id });
    world.clock.set("2026-11-21T00:05:00.000Z");
    return { org, order: org.message(AgeTopContent, { date: "2026-11-21" }) };
  },
  run: (world, { order }) => requireDone(world.deliver(ageTopContentWorker, [order])),
  state: async (_, { org }) => ({ places: await Promise.all(([7, 14, 365] as const).map(async (period) => (await placesOn(org, period, "all")).length)) }),
  ends: { places: [1, 2, 2] },
});

/** One sum that is wrong is told and not touched. */
export const refreshMetricsCrash = crashCase("the recomputation of daily metrics", {
  place: (gate) => socialWorld({ gate, ports: { metrics } }),
  start: async (world) => {
    const org = await world.org();
    const post = await measured(org);
    await refreshPost(org.ctx, { post_id: post.id });
    await DailyPlatformMetrics.patch(org.ctx, { org_id: org.org_id, platform: "instagram", publish_date: PUBLISHED_ON }, { total_engagement: 1 });
    const { id } = await orderRefresh(org.ctx);
    return { org, post, id, order: org.message(RefreshMetrics, { refresh_id: id }) };
  },
  run: (world, { order }) => requireDone(world.deliver(refreshMetricsWorker, [order])),
  state: async (_, { org, post, id }) => {
    const { status, difference_count, days_checked, posts_checked } = await getRefresh(org.ctx, id);
    return { status, difference_count, days_checked, posts_checked, day: (await seen(org, post)).day };
  },
  ends: { status: "completed", difference_count: 1, days_checked: 1, posts_checked: 1, day: [1, 1, 20_000, 1] },
});

/** Two templates with a post each, one above the account's other post and one that only reaches it. */
export const rateTemplatesCrash = crashCase("templates are rated", {
  place: (gate) => socialWorld({ gate }),
  start: async (world) => {
    const org = await world.org();
    const templates: ContentTemplate[] = [];
    for (const [at, likes] of [16, 17, 16].entries()) {
      if (at > 0) templates.push(await ContentTemplate.create(org.ctx, { org_id: org.org_id, name: `Template ${at}` }));
      const wish = at === 0 ? {} : { template_id: templates.at(-1)!.id };
      const post = await org.post({ status: "published", published_at: `${PUBLISHED_ON}T12:00:00.000Z`, followers_at_publication: 1_000, ...wish });
      await counted(org, post, PUBLISHED_ON, { likes });
      await refreshPost(org.ctx, { post_id: post.id });
    }
    return { org, order: org.message(RateTemplates, { date: "2026-11-20" }) };
  },
  run: (world, { order }) => requireDone(world.deliver(rateTemplatesWorker, [order])),
  state: async (_, { org }) => {
    const { items } = await ContentTemplate.list(org.ctx, { org_id: org.org_id }, { consistent: true });
    return { rated: items.map(({ name, successful_posts, rated_posts, version }) => `${name}: ${successful_posts} of ${rated_posts}, version ${version}`) };
  },
  ends: { rated: ["Template 1: 1 of 1, version 2", "Template 2: 0 of 1, version 2"] },
});

/** 26 posts, which are two steps of a message that has little time; one person is on all, and buys after the last. */
export const countEngagedUsersCrash = crashCase("persons are counted once, over two messages", {
  place: (gate) => socialWorld({ gate }),
  start: async (world) => {
    const org = await world.org();
    const { ctx, org_id } = org;
    for (let n = 0; n < 26; n++) {
      const { id: post_id } = await org.post({ status: "published", published_at: `${PUBLISHED_ON}T12:00:00.000Z` });
      await engages(org, somebody("everywhere"), post_id, "like", "2026-11-11T12:00:00.000Z");
      await PostMonth.create(ctx, { org_id, month: "2026-11", post_id, events: 1 });
    }
    const sale = { source: "shop", external_id: "order-1", conversion_type: "subscription", conversion_at: "2026-11-12T12:00:00.000Z" };
    await createConversion(ctx, { ...sale, ...somebody("everywhere") });
    return { org, order: org.message(CountEngagedUsers, { date: "2026-11-20" }) };
  },
  run: async (world, { order }) => {
    await requireDone(world.deliver(countEngagedUsersWorker, [order], { remaining_ms: 20_000 }));
    await world.drain(countEngagedUsersWorker, { remaining_ms: 20_000 });
  },
  state: async (_, { org: { ctx, org_id } }) => {
    const { items } = await OrgConversionRate.list(ctx, { org_id }, { consistent: true });
    const months = await PostMonth.list(ctx, { org_id, month: "2026-11" }, { consistent: true });
    const posts = await PostConversionRate.getMany(ctx, months.items, { consistent: true });
    return {
      org: items.map(({ engaged_users, conversions, subscriptions }) => [engaged_users, conversions, subscriptions]),
      posts: posts.filter(({ engaged_users }) => engaged_users === 1).length,
    };
  },
  ends: { org: [[1, 1, 1]], posts: 26 },
});
