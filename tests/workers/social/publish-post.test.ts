import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { PublishPost } from "../../../events/social/publish-post.v1.ts";
import { publishPostWorker } from "../../../functions/social/publish-post.worker.ts";
import { Post } from "../../../shared/social/post/post.ts";
import { ContentTemplate } from "../../../shared/social/template/content-template.ts";
import { type PublishingWorld, publishingWorld } from "./publishing-world.ts";

let world: PublishingWorld;
beforeAll(async () => {
  world = await publishingWorld();
});
afterEach(async () => {
  await world.clearFaults();
  await world.steer("PUT", "processing", { video_s: 10 });
  await world.purge(publishPostWorker);
});
afterAll(() => world.stop());

const MINUTE = 60_000;
type Planned = Awaited<ReturnType<PublishingWorld["planned"]>>;
const order = ({ org, id }: Planned): string => org.message(PublishPost, { post_id: id });
const published = async ({ org, id }: Planned): Promise<number> =>
  (await org.events()).filter(({ type, data }) => type === "social.post-published.v1" && (data as { post_id: string }).post_id === id).length;
/** Published once: on the network, as a fact, and as a row of the history. */
const expectOnce = async (one: Planned): Promise<Post> => {
  const post = await world.postOf(one);
  expect(await world.shown(one)).toMatchObject([{ id: post.platform_post_id }]);
  expect([post.status, await published(one)]).toEqual(["published", 1]);
  return post;
};

describe("a post that is due", () => {
  it("appears at its time, with its address, its time there and the followers of the day", async () => {
    const one = await world.planned({ caption: "Squats, five sets.", hashtags: ["legday"], mentions: ["coach.kim"] });
    expect(await world.minute()).toBe(0);
    await world.steer("PUT", "accounts", { user_id: one.account.external_id, followers: 12_345 });
    const post = await world.next(one);
    await expectOnce(one);
    expect((await world.shown(one))[0]!.caption).toBe("Squats, five sets.\n\n@coach.kim\n\n#legday");
    expect(post).toMatchObject({ published_at: one.scheduled_at, followers_at_publication: 12_345, attempts: 0 });
    expect(post.platform_url).toMatch(/^https:\/\/www\.instagram\.com\/p\/C[0-9a-f]{10}\/$/);
    expect(post).not.toHaveProperty("due_at");
    expect(post).not.toHaveProperty("sending");
    expect((await Post.history(one.org.ctx, post)).items.map(({ to }) => to)).toEqual(["scheduled", "publishing", "published"]);
    expect(await world.accountOf(one)).toMatchObject({ follower_count: 12_345, followers_read_at: one.scheduled_at });
  });

  it("is published once, ordered many times and at the same time", async () => {
    const one = await world.planned();
    world.clock.set(one.scheduled_at);
    expect(await world.deliver(publishPostWorker, [order(one), order(one), order(one)])).toBe(0);
    expect(await world.deliver(publishPostWorker, [order(one)])).toBe(0);
    expect(await world.minute()).toBe(0);
    await expectOnce(one);
  });

  it("is left alone before its time, as a draft, deleted and unknown", async () => {
    const early = await world.planned();
    const draft = await world.post();
    const gone = await world.planned();
    const { version } = await world.postOf(gone);
    await world.editor.api.delete(`/social/posts/${gone.id}`, { version });
    const orders = [order(early), world.message(PublishPost, { post_id: draft.id }), world.message(PublishPost, { post_id: world.ids.uuid() })];
    expect(await world.deliver(publishPostWorker, orders)).toBe(0);
    world.clock.set(gone.scheduled_at);
    expect(await world.deliver(publishPostWorker, [order(gone)])).toBe(0);
    expect([await world.shown(early), await world.shown(gone)]).toEqual([[], []]);
    await world.minute();
    await expectOnce(early);
  });

  it("that a neighbour's broken order accompanies is published all the same", async () => {
    const one = await world.planned();
    world.clock.set(one.scheduled_at);
    expect(await world.deliver(publishPostWorker, ["{}", order(one)])).toBe(1);
    await expectOnce(one);
  });

  it("of every org is ordered, once a minute, and never for another", async () => {
    const other = await world.org();
    const [here, there] = [await world.planned(), await world.planned({}, { org: other })];
    world.clock.set(here.scheduled_at);
    expect(await world.minute()).toBe(2);
    await expectOnce(here);
    await expectOnce(there);
    expect(await world.minute()).toBe(0);
  });

  it.each([
    [{ placement: "story", media_type: "image" }, { media_type: "STORIES", image_url: "https://media.example.com/1.jpg" }, "STORY"],
    [
      { placement: "story", media_type: "video", media_urls: ["https://media.example.com/1.mp4"] },
      { media_type: "STORIES", video_url: "https://media.example.com/1.mp4" },
      "STORY",
    ],
    [
      {
        placement: "reel",
        media_type: "video",
        media_urls: ["https://media.example.com/1.mp4"],
        thumbnail_url: "https://media.example.com/c.jpg",
        caption: "R",
      },
      { media_type: "REELS", share_to_feed: "false", cover_url: "https://media.example.com/c.jpg", caption: "R" },
      "REELS",
    ],
    [
      { media_type: "video", media_urls: ["https://media.example.com/1.mp4"], caption: "F" },
      { media_type: "REELS", share_to_feed: "true", caption: "F" },
      "REELS",
    ],
  ] as const)("%j is published from the container of its kind", async (wish, form, product) => {
    await world.steer("PUT", "processing", { video_s: 0 });
    const one = await world.planned({ media_urls: ["https://media.example.com/1.jpg"], ...(wish as Partial<Post>) });
    await world.next(one);
    await expectOnce(one);
    expect(await world.containersOf(one)).toMatchObject([{ form }]);
    expect((await world.shown(one))[0]!.product).toBe(product);
  });

  it("with several files is one carousel of a container each", async () => {
    await world.steer("PUT", "processing", { video_s: 0 });
    const one = await world.planned({
      media_type: "carousel",
      caption: "Two",
      media_urls: ["https://media.example.com/1.jpg", "https://media.example.com/2.mp4"],
    });
    await world.next(one);
    await expectOnce(one);
    const [first, second, own] = await world.containersOf(one);
    expect([first!.form, second!.form]).toEqual([
      { is_carousel_item: "true", image_url: "https://media.example.com/1.jpg" },
      { is_carousel_item: "true", media_type: "VIDEO", video_url: "https://media.example.com/2.mp4" },
    ]);
    expect(own!.form).toEqual({ media_type: "CAROUSEL", caption: "Two", children: `${first!.id},${second!.id}` });
  });

  it("counts for its template when it appears, and not before", async () => {
    const template = await ContentTemplate.create(world.ctx, { org_id: world.org_id, name: `t-${world.ids.uuid()}`, caption_template: "x" });
    const used = async (): Promise<number> => (await ContentTemplate.get(world.ctx, template, { consistent: true })).usage_count;
    const one = await world.planned({ template_id: template.id });
    expect(await used()).toBe(0);
    await world.next(one);
    await world.deliver(publishPostWorker, [order(one)]);
    expect(await used()).toBe(1);
    const orphan = await world.planned({ template_id: world.ids.uuid() });
    await world.next(orphan);
    await expectOnce(orphan);
  });
});

describe("a file that Instagram works on", () => {
  const video: Partial<Post> = { media_type: "video", media_urls: ["https://media.example.com/1.mp4"] };

  it("is waited for, a minute at a time, without counting attempts or making another container", async () => {
    await world.steer("PUT", "processing", { video_s: 150 });
    const one = await world.planned(video);
    for (let looks = 0; looks < 3; looks++) {
      expect(await world.next(one)).toMatchObject({ status: "scheduled", attempts: 0 });
      expect(await world.shown(one)).toEqual([]);
    }
    await world.next(one);
    await expectOnce(one);
    expect(await world.containersOf(one)).toHaveLength(1);
  });

  it("is given up with its container when it is never ready", async () => {
    await world.steer("PUT", "processing", { video_s: 86_000 });
    const one = await world.planned(video);
    let post = await world.next(one);
    for (let looks = 0; looks < 20 && post.status === "scheduled"; looks++) {
      world.clock.advance(31 * MINUTE);
      post = await world.next(one);
    }
    expect(post).toMatchObject({ status: "failed", failure_class: "gave_up", attempts: 5 });
    expect(await world.containersOf(one)).toHaveLength(6);
    expect(await world.shown(one)).toEqual([]);
  });

  it("fails the post when it is no file for Instagram, and is tried anew when its upload broke off", async () => {
    await world.steer("PUT", "processing", { video_s: 0 });
    const bad = await world.planned({ ...video, media_urls: ["https://media.example.com/fails-2207026.mp4"] });
    expect(await world.next(bad)).toMatchObject({ status: "failed", failure_class: "permanent", failure_detail: expect.stringContaining("2207026") });
    const broken = await world.planned({ ...video, media_urls: ["https://media.example.com/fails-2207053.mp4"] });
    expect(await world.next(broken)).toMatchObject({ status: "scheduled", attempts: 1 });
    await world.next(broken);
    expect(await world.containersOf(broken)).toHaveLength(2);
  });
});

describe("an answer that tells nothing", () => {
  it.each(["lost_answer", "timeout", "malformed"])("(%s) after Instagram has published is read back, not asked again", async (kind) => {
    const one = await world.planned();
    await world.fault(one, kind);
    expect(await world.next(one)).toMatchObject({ status: "scheduled", attempts: 1, sending: { asked_at: one.scheduled_at } });
    expect(await world.shown(one)).toHaveLength(1);
    const post = await world.next(one);
    await expectOnce(one);
    // The time is that of the appearance, a minute before it was found.
    expect(post.published_at).toBe(one.scheduled_at);
  });

  it.each(["reset", "500", "503"])("(%s) of a request that never did anything is asked again after it was read back, from the same container", async (kind) => {
    const one = await world.planned();
    await world.fault(one, kind);
    expect(await world.next(one)).toMatchObject({ status: "scheduled", attempts: 1 });
    expect(await world.shown(one)).toEqual([]);
    await world.next(one);
    await expectOnce(one);
    expect(await world.containersOf(one)).toHaveLength(1);
  });

  it("while nothing can be read back asks for nothing, and ends as unknown", async () => {
    const one = await world.planned();
    await world.fault(one, "lost_answer");
    await world.next(one);
    await world.fault(one, "503", "media", 20);
    let post = await world.next(one);
    const waits: number[] = [1];
    while (post.status === "scheduled") {
      waits.push((Date.parse(post.next_attempt_at!) - world.clock.now().getTime()) / MINUTE);
      post = await world.next(one);
    }
    expect(waits).toEqual([1, 2, 4, 8, 16]);
    expect(post).toMatchObject({ status: "failed", failure_class: "unknown_outcome", sending: { asked_at: one.scheduled_at } });
    expect(await world.shown(one)).toHaveLength(1);
    // By hand it is read back first, and found.
    await world.clearFaults();
    expect((await world.editor.api.post(`/social/posts/${one.id}/retry`)).status).toBe(202);
    expect(await world.drain(publishPostWorker)).toBe(1);
    await expectOnce(one);
  });

  it("of the last story is found by its container, since stories have no text", async () => {
    const on = await world.account();
    const first = await world.planned({ placement: "story" }, { on });
    await world.next(first);
    const second = await world.planned({ placement: "story" }, { on });
    await world.fault(second, "lost_answer");
    await world.next(second);
    await world.next(second);
    const ids = (await world.shown(second)).map(({ id }) => id);
    expect(ids).toHaveLength(2);
    expect([(await world.postOf(second)).platform_post_id, (await world.postOf(first)).platform_post_id]).toEqual(ids);
  });

  it("is not mistaken for a post of the same text: another of the org's, or one from before", async () => {
    const on = await world.account();
    const caption = "The same words.";
    await world.steer("POST", "media", { user_id: on.external_id, caption });
    world.clock.advance(60 * MINUTE);
    const first = await world.planned({ caption }, { on });
    await world.next(first);
    const second = await world.planned({ caption }, { on });
    world.clock.set(second.scheduled_at);
    await world.fault(second, "reset");
    await world.next(second);
    await world.next(second);
    expect((await world.shown(second)).length).toBe(3);
    expect((await world.postOf(second)).platform_post_id).not.toBe((await world.postOf(first)).platform_post_id);
  });
});

describe("a run that dies", () => {
  /** One delivery by a run that dies when it makes this call. */
  const dyingAt = async (call: keyof PublishingWorld["instagram"], one: Planned): Promise<void> => {
    const dying = new Proxy(world.instagram, {
      get: (client, name: string) => (name === call ? () => Promise.reject(new Error("The function was stopped.")) : client[name as keyof typeof client]),
    });
    Object.assign(world.ports, { instagram: dying });
    const failed = await world.deliver(publishPostWorker, [order(one)]);
    Object.assign(world.ports, { instagram: world.instagram });
    expect(failed).toBe(1);
  };

  it("after it claimed the post leaves it to the one who finds the lease run out, and to nobody before", async () => {
    const one = await world.planned();
    world.clock.set(one.scheduled_at);
    await dyingAt("createContainer", one);
    expect(await world.postOf(one)).toMatchObject({ status: "publishing" });
    expect(await world.deliver(publishPostWorker, [order(one)])).toBe(0);
    world.clock.advance(14 * MINUTE);
    expect(await world.minute()).toBe(0);
    expect(await world.shown(one)).toEqual([]);
    world.clock.advance(MINUTE);
    expect(await world.minute()).toBe(1);
    expect(await expectOnce(one)).toMatchObject({ attempts: 1 });
  });

  it("again and again is an end: the post fails", async () => {
    const one = await world.planned();
    world.clock.set(one.scheduled_at);
    for (let n = 0; n < 6; n++) {
      await dyingAt("createContainer", one);
      world.clock.advance(15 * MINUTE);
    }
    await world.minute();
    expect(await world.postOf(one)).toMatchObject({ status: "failed", failure_class: "gave_up" });
    expect(await world.shown(one)).toEqual([]);
  });

  it("after Instagram has published is followed by one that reads back", async () => {
    const one = await world.planned();
    world.clock.set(one.scheduled_at);
    const { publish } = world.instagram;
    const lost = new Proxy(world.instagram, {
      get: (client, name: string) =>
        name === "publish"
          ? async (...given: Parameters<typeof publish>) => {
              await publish(...given);
              throw new Error("The function was stopped.");
            }
          : client[name as keyof typeof client],
    });
    Object.assign(world.ports, { instagram: lost });
    expect(await world.deliver(publishPostWorker, [order(one)])).toBe(1);
    Object.assign(world.ports, { instagram: world.instagram });
    expect(await world.shown(one)).toHaveLength(1);
    expect(await world.postOf(one)).not.toHaveProperty("platform_post_id");
    world.clock.advance(15 * MINUTE);
    expect(await world.minute()).toBe(1);
    await expectOnce(one);
  });

  it("after the id was stored is finished from it", async () => {
    const one = await world.planned();
    world.clock.set(one.scheduled_at);
    await dyingAt("media", one);
    expect(await world.postOf(one)).toMatchObject({ status: "publishing", platform_post_id: (await world.shown(one))[0]!.id });
    expect(await published(one)).toBe(0);
    world.clock.advance(15 * MINUTE);
    expect(await world.minute()).toBe(1);
    await expectOnce(one);
  });
});

describe("a refusal", () => {
  it("is tried again after 1, 2, 4, 8 and 16 minutes, then the post has failed, and may be tried by hand", async () => {
    const one = await world.planned();
    await world.fault(one, "503", "media", 20);
    const waits: number[] = [];
    let post = await world.next(one);
    while (post.status === "scheduled") {
      waits.push((Date.parse(post.next_attempt_at!) - world.clock.now().getTime()) / MINUTE);
      post = await world.next(one);
    }
    expect(waits).toEqual([1, 2, 4, 8, 16]);
    expect(post).toMatchObject({ status: "failed", failure_class: "gave_up", attempts: 5 });
    expect(await published(one)).toBe(0);
    await world.clearFaults();
    expect((await world.editor.api.post(`/social/posts/${one.id}/retry`)).body).toMatchObject({ status: "scheduled", attempts: 0 });
    expect(await world.drain(publishPostWorker)).toBe(1);
    expect(await expectOnce(one)).not.toHaveProperty("failure_class");
  });

  it("of the post itself is final", async () => {
    const one = await world.planned({ media_urls: ["https://media.example.com/1.jpg"] });
    const { version } = await world.postOf(one);
    await Post.patch(one.org.ctx, { org_id: one.org.org_id, id: one.id }, { caption: "a".repeat(2201) }, { version });
    expect(await world.next(one)).toMatchObject({ status: "failed", failure_class: "permanent", failure_detail: expect.stringContaining("36004/2207010") });
    const { items } = await Post.history(one.org.ctx, await world.postOf(one));
    const row = items.at(-1);
    expect(row).toMatchObject({ to: "failed", reason: expect.stringContaining("2207010") });
  });

  it("of a file that cannot be fetched is no end at once", async () => {
    const one = await world.planned({ media_urls: ["https://unreachable.example.com/1.jpg"] });
    expect(await world.next(one)).toMatchObject({ status: "scheduled", attempts: 1 });
  });

  it("of the token fails the post and tells the account, whose new token lets it appear", async () => {
    const one = await world.planned();
    await world.fault(one, "401", "media");
    expect(await world.next(one)).toMatchObject({ status: "failed", failure_class: "auth_expired" });
    expect(await world.accountOf(one)).toMatchObject({ status: "needs_reconnect", last_error: expect.stringContaining("Connect it again") });
    expect((await world.editor.api.post(`/social/posts/${one.id}/retry`)).problem).toMatchObject({
      status: 422,
      code: "not_publishable",
      errors: [{ pointer: "/account_id", code: "account_not_connected" }],
    });
  });
});

describe("a limit", () => {
  it("of requests is waited for as long as Instagram says, however often, and counts no attempt", async () => {
    const one = await world.planned();
    await world.fault(one, "429_json", "media", 8);
    for (let n = 0; n < 8; n++) {
      const post = await world.next(one);
      expect(post).toMatchObject({ status: "scheduled", attempts: 0 });
      expect((Date.parse(post.next_attempt_at!) - world.clock.now().getTime()) / MINUTE).toBe(20);
    }
    await world.next(one);
    await expectOnce(one);
  });

  it("of posts a day is read before it is met, and waited for", async () => {
    const on = await world.account();
    await world.steer("PUT", "accounts", { user_id: on.external_id, quota_total: 1 });
    const first = await world.planned({}, { on });
    await world.next(first);
    const second = await world.planned({}, { on });
    expect(await world.next(second)).toMatchObject({
      status: "scheduled",
      attempts: 0,
      failure_detail: "The account has published 1 of 1 posts within a day.",
    });
    let post = await world.postOf(second);
    world.clock.advance(22 * 60 * MINUTE);
    for (let hours = 0; hours < 4 && post.status === "scheduled"; hours++) post = await world.next(second);
    expect(post.status).toBe("published");
    expect(Date.parse(post.published_at!) - Date.parse((await world.postOf(first)).published_at!)).toBeGreaterThanOrEqual(24 * 60 * MINUTE);
  });
});
