import { beforeAll, describe, expect, it } from "vitest";
import { RateTemplates } from "../../../events/social/rate-templates.v1.ts";
import { rateTemplatesDailyJob } from "../../../functions/social/rate-templates-daily.schedule.ts";
import { rateTemplatesWorker } from "../../../functions/social/rate-templates.worker.ts";
import { refreshPostWorker } from "../../../functions/social/refresh-post.worker.ts";
import { templatesApi } from "../../../functions/social/templates.api.ts";
import { rateTemplates } from "../../../shared/social/template/rate-templates.ts";
import { deletePost } from "../../../shared/social/post/delete-post.ts";
import type { Post } from "../../../shared/social/post/post.ts";
import { ContentTemplate } from "../../../shared/social/template/content-template.ts";
import { counted, refreshed } from "../../support/analytics.ts";
import { floors } from "../../support/floors.ts";
import { type SocialOrg, type SocialWorld, socialWorld } from "../../support/social.ts";

const TODAY = "2026-11-20";
const FOLLOWERS = 1_000;
let world: SocialWorld;
beforeAll(async () => {
  world = await socialWorld({ apis: [templatesApi] });
});

let made = 0;
const template = (org: SocialOrg): Promise<ContentTemplate> => ContentTemplate.create(org.ctx, { org_id: org.org_id, name: `Template ${(made += 1)}` });
/** A published post with so many likes of a thousand followers, 71 days old unless told: it stands on few leaderboards. */
const measured = async (org: SocialOrg, likes: number, wish: Partial<Post> = {}): Promise<Post> => {
  const post = await org.post({ status: "published", followers_at_publication: FOLLOWERS, published_at: "2026-09-10T12:00:00.000Z", ...wish });
  await counted(org, post, TODAY, { likes });
  expect(await refreshed(world, org, post)).toBe(0);
  return post;
};
const order = (org: SocialOrg, date = TODAY) => org.message(RateTemplates, { date });
const rated = async (...orders: string[]): Promise<void> => {
  expect(await world.deliver(rateTemplatesWorker, orders)).toBe(0);
};
const stored = (org: SocialOrg, { id }: ContentTemplate) => ContentTemplate.get(org.ctx, { org_id: org.org_id, id }, { consistent: true });

describe("social.rate-templates.v1", () => {
  it("measures a template's posts against other posts of the account: 13 of 20 are 0.65, surely 0.4329", { timeout: 120_000 }, async () => {
    const org = await world.org();
    const own = await template(org);
    for (const some of [10, 20, 30]) await measured(org, some);
    // 13 above the median of 20, and 7 that are not, of which one reaches it.
    const likes = Array.from({ length: 20 }, (_, n) => (n < 13 ? 21 + n : n + 1));
    for (const some of likes) await measured(org, some, { template_id: own.id });
    await rated(order(org));
    const { body } = await org.viewer.api.get(`/social/templates/${own.id}`);
    expect(body).toMatchObject({ rated_posts: 20, successful_posts: 13, success_rate: 0.65, insufficient_data: false });
    expect([body.success_lower.toFixed(4), body.success_upper.toFixed(4)]).toEqual(["0.4329", "0.8188"]);
    // 21 to 33 and 14 to 20 likes of a thousand followers: 470 in all.
    expect(body.avg_engagement_rate).toBe(0.0235);
    expect(body.rated_at).toBe(world.clock.now().toISOString());
  });

  it("has an account's own baseline for each of its posts", async () => {
    const org = await world.org();
    const own = await template(org);
    const [gym, studio] = [world.ids.uuid(), world.ids.uuid()];
    await measured(org, 10, { account_id: gym });
    await measured(org, 500, { account_id: studio });
    await measured(org, 1, { account_id: gym, platform: "tiktok" });
    // Above at the gym, not above at the studio, above on TikTok; nobody to compare with on YouTube.
    await measured(org, 11, { account_id: gym, template_id: own.id });
    await measured(org, 499, { account_id: studio, template_id: own.id });
    await measured(org, 2, { account_id: gym, platform: "tiktok", template_id: own.id });
    await measured(org, 488, { account_id: gym, platform: "youtube", template_id: own.id });
    await rated(order(org));
    expect(await stored(org, own)).toMatchObject({ rated_posts: 3, successful_posts: 2, insufficient_data: true, avg_engagement_rate: 0.25 });
  });

  it("leaves out posts that are too young, have no rate or are deleted, and a baseline older than 90 days", async () => {
    const org = await world.org();
    const own = await template(org);
    const just_old_enough = new Date(world.clock.now().getTime() - 72 * 3_600_000).toISOString();
    const too_young = new Date(world.clock.now().getTime() - 72 * 3_600_000 + 1).toISOString();
    await measured(org, 50);
    await measured(org, 900, { published_at: too_young });
    await measured(org, 900, { published_at: "2026-08-21T23:59:59.000Z" });
    await measured(org, 900, { followers_at_publication: undefined });
    await measured(org, 51, { template_id: own.id, published_at: just_old_enough });
    // Its own posts count however old they are.
    await measured(org, 51, { template_id: own.id, published_at: "2025-01-01T00:00:00.000Z" });
    await measured(org, 51, { template_id: own.id, published_at: too_young });
    await measured(org, 51, { template_id: own.id, followers_at_publication: undefined });
    const gone = await measured(org, 51, { template_id: own.id });
    await deletePost(org.ctx, gone.id, gone.version);
    await world.drain(refreshPostWorker);
    await rated(order(org));
    expect(await stored(org, own)).toMatchObject({ rated_posts: 2, successful_posts: 2, avg_engagement_rate: 0.051 });
  });

  it("says nothing of a template without posts, and ranks the others by what is sure", { timeout: 120_000 }, async () => {
    const org = await world.org();
    const [few, many, none] = [await template(org), await template(org), await template(org)];
    for (const likes of [10, 20, 30]) await measured(org, likes);
    for (let n = 0; n < 2; n++) await measured(org, 150, { template_id: few.id });
    for (let n = 0; n < 8; n++) await measured(org, n < 7 ? 99 : 1, { template_id: many.id });
    await rated(order(org));
    const { body } = await org.viewer.api.get("/social/templates", { query: { ranked: "true" } });
    expect(body.items.map((one: ContentTemplate) => [one.id, one.success_rate])).toEqual([
      [many.id, 7 / 8],
      [few.id, 1],
    ]);
    const silent = await stored(org, none);
    expect(silent).toMatchObject({ rated_posts: 0, successful_posts: 0, insufficient_data: true });
    for (const field of ["success_rate", "success_lower", "success_upper", "avg_engagement_rate", "rank"]) expect(silent).not.toHaveProperty(field);
  });

  it("changes nothing at a second delivery or by an order of a day that is past; the next day rates anew", async () => {
    const org = await world.org();
    const own = await template(org);
    await measured(org, 10);
    await measured(org, 20, { template_id: own.id });
    await rated(order(org), order(org));
    const first = await stored(org, own);
    expect(first).toMatchObject({ version: 2, rated_posts: 1, successful_posts: 1, rated_for: TODAY });
    await measured(org, 20, { template_id: own.id });
    await rated(order(org), order(org, "2026-11-19"));
    expect(await stored(org, own)).toEqual(first);
    await rated(order(org, "2026-11-21"));
    expect(await stored(org, own)).toMatchObject({ version: 3, rated_posts: 2, rated_for: "2026-11-21" });
  });

  it("goes on behind the last page when time runs short; a poisoned order fails alone", async () => {
    const org = await world.org();
    const all: ContentTemplate[] = [];
    for (let n = 0; n < 52; n++) all.push(await template(org));
    await measured(org, 10);
    await measured(org, 20, { template_id: all.at(-1)!.id });
    world.sent.splice(0);
    expect(await world.deliver(rateTemplatesWorker, [order(org)], { remaining_ms: 20_000 })).toBe(0);
    const done = async (): Promise<number> => {
      const { items } = await ContentTemplate.list(org.ctx, { org_id: org.org_id }, { limit: 100, consistent: true });
      return items.filter(({ rated_for }) => rated_for === TODAY).length;
    };
    expect(await done()).toBe(25);
    expect(world.sent.map(({ envelope }) => envelope.data)).toEqual([{ date: TODAY, after: all[24]!.id }]);
    expect(await world.drain(rateTemplatesWorker, { remaining_ms: 20_000 })).toBe(2);
    expect(await done()).toBe(52);
    expect(await stored(org, all.at(-1)!)).toMatchObject({ rated_posts: 1, successful_posts: 1 });
    expect(await world.deliver(rateTemplatesWorker, [order(org, "2026-11-21"), "poison"])).toBe(1);
    expect((await stored(org, all[0]!)).rated_for).toBe("2026-11-21");
  });

  it("reads each post of 90 days once, and of a template's own posts its own", async () => {
    const org = await world.org();
    const [one, other] = [await template(org), await template(org)];
    for (let n = 0; n < 6; n++) await measured(org, 10 + n);
    for (let n = 0; n < 3; n++) await measured(org, 50, { template_id: one.id });
    await measured(org, 5, { template_id: other.id });
    const meter = floors(world.db);
    await rateTemplates({ ...org.ctx, db: meter.db, remaining_ms: () => 300_000 }, { date: TODAY });
    const reads = meter.take().filter(({ op }) => op === "Query");
    const of = (pattern: string) => reads.filter((use) => use.pattern === pattern).map(({ items, scanned }) => [items, scanned]);
    expect(of("TopContent.list")).toEqual([[10, 10]]);
    expect(of("PostStanding.byTemplate").toSorted(([a], [b]) => a! - b!)).toEqual([
      [1, 1],
      [3, 3],
    ]);
    for (const use of reads) expect(use.read, use.pattern).toBeLessThanOrEqual(use.floor);
  });

  it("is ordered once a day and org, without making up for missed days", async () => {
    const alone = await socialWorld();
    for (const at of ["2026-11-21T03:00:00Z", "2026-11-21T03:00:00Z", "2026-11-23T03:00:00Z"]) await alone.tick(rateTemplatesDailyJob, at);
    expect(alone.sent.map(({ envelope }) => envelope.data)).toEqual([{ date: "2026-11-21" }, { date: "2026-11-23" }]);
    expect(await alone.drain(rateTemplatesWorker)).toBe(2);
  });
});
