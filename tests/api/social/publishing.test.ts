import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { publishPostWorker } from "../../../functions/social/publish-post.worker.ts";
import { settingsApi } from "../../../functions/social/settings.api.ts";
import { Post } from "../../../shared/social/post/post.ts";
import { PostMark } from "../../../shared/social/publishing/post-mark.ts";
import { ContentTemplate } from "../../../shared/social/template/content-template.ts";
import { type PublishingWorld, publishingWorld } from "../../workers/social/publishing-world.ts";

let world: PublishingWorld;
beforeAll(async () => {
  world = await publishingWorld({ apis: [settingsApi], settings: { time_zone: "Europe/Berlin" } });
});
afterAll(() => world.stop());

const AT = "2026-12-01T18:00:00.000Z";
const draft = async (wish: Partial<Post> = {}) => {
  const account = wish.account_id === undefined && (wish.platform ?? "instagram") === "instagram" ? await world.account() : undefined;
  return world.post({ media_urls: ["https://media.example.com/1.jpg"], ...(account ? { account_id: account.id } : {}), ...wish });
};
const act = (id: string, verb: string, body?: unknown) => world.editor.api.post(`/social/posts/${id}/${verb}`, body);
const stored = (id: string): Promise<Post> => Post.get(world.ctx, { org_id: world.org_id, id }, { consistent: true });
const tags = (count: number): string[] => Array.from({ length: count }, (_, n) => `tag${n}`);
const marks = async (post: Post, value: string, kind: PostMark["kind"] = "hour"): Promise<string[]> =>
  (await PostMark.list(world.ctx, { org_id: world.org_id, account_id: post.account_id!, kind, value }, { consistent: true })).items.map(
    ({ post_id }) => post_id,
  );

describe("POST and PATCH /social/posts", () => {
  it("422 for an account and a template that are none of the org's, both at once", async () => {
    const there = await world.org();
    const account_id = (await world.account(there)).id;
    const { id: template_id } = await ContentTemplate.create(there.ctx, { org_id: there.org_id, name: "Theirs" });
    const errors = [
      { pointer: "/account_id", code: "unknown_account" },
      { pointer: "/template_id", code: "unknown_template" },
    ];
    const made = await world.editor.api.post("/social/posts", { platform: "instagram", media_type: "image", account_id, template_id });
    expect(made.problem).toMatchObject({ status: 422, code: "unknown_reference", errors });
    const post = await draft();
    const patched = await world.editor.api.patch(`/social/posts/${post.id}`, { account_id, template_id }, { version: post.version });
    expect(patched.problem).toMatchObject({ status: 422, code: "unknown_reference", errors });
    const own = (await world.account()).id;
    const kept = await world.editor.api.patch(`/social/posts/${post.id}`, { account_id: own, template_id: null }, { version: post.version });
    expect([kept.status, kept.body.account_id]).toEqual([200, own]);
  });
});

describe("POST /social/posts/{post_id}/schedule", () => {
  it("200 with a time and its offset", async () => {
    const { id } = await draft();
    const { status, body } = await act(id, "schedule", { scheduled_at: "2026-12-01T13:00:00-05:00" });
    expect([status, body.status, body.scheduled_at, body.time_zone]).toEqual([200, "scheduled", AT, "Europe/Berlin"]);
    for (const hidden of ["due_at", "waits_for", "caption_hash"]) expect(body).not.toHaveProperty(hidden);
    expect(await stored(id)).toMatchObject({ due_at: AT, waits_for: "time" });
  });

  it("200 with a local time, in the org's zone or a given one", async () => {
    const [here, there] = [await draft(), await draft()];
    expect((await act(here.id, "schedule", { local_time: "2026-12-01T18:00:00" })).body.scheduled_at).toBe("2026-12-01T17:00:00.000Z");
    const { body } = await act(there.id, "schedule", { local_time: "2026-12-01T18:00:00", time_zone: "America/New_York" });
    expect([body.scheduled_at, body.time_zone]).toEqual(["2026-12-01T23:00:00.000Z", "America/New_York"]);
  });

  it("422 for a local time that does not exist, or exists twice", async () => {
    const { id } = await draft();
    expect((await act(id, "schedule", { local_time: "2027-03-28T02:30:00" })).problem).toMatchObject({ status: 422, code: "local_time_nonexistent" });
    expect((await act(id, "schedule", { local_time: "2027-10-31T02:30:00" })).problem).toMatchObject({
      status: 422,
      code: "local_time_ambiguous",
      detail: expect.stringContaining("2027-10-31T02:30:00+02:00 or 2027-10-31T02:30:00+01:00"),
    });
  });

  it("422 with everything that Instagram would refuse, at once", async () => {
    const post = await world.post({ caption: "a".repeat(2300), hashtags: tags(31), placement: "reel" });
    const { problem } = await act(post.id, "schedule", { scheduled_at: "2026-11-19T09:00:00Z" });
    expect(problem).toMatchObject({ status: 422, code: "not_publishable" });
    expect(problem.errors?.map(({ pointer, code }) => `${pointer} ${code}`)).toEqual([
      "/caption caption_too_long",
      "/hashtags too_many_hashtags",
      "/media_type placement_mismatch",
      "/media_urls media_count",
      "/account_id account_missing",
      "/scheduled_at in_the_past",
    ]);
    expect(await stored(post.id)).toMatchObject({ status: "draft" });
  });

  it("422 for an account that is unknown, of another network, or not connected", async () => {
    const codeOf = async (account_id: string): Promise<string | undefined> => {
      const { problem } = await act((await draft({ account_id })).id, "schedule", { scheduled_at: AT });
      return problem.errors?.map(({ code }) => code).join();
    };
    const there = await world.account(await world.org());
    expect(await codeOf(there.id)).toBe("account_unknown");
    const { id } = await world.account();
    const tiktok = await world.post({ platform: "tiktok", media_type: "video", media_urls: ["https://media.example.com/1.mp4"], account_id: id });
    expect((await act(tiktok.id, "schedule", { scheduled_at: AT })).problem.errors).toMatchObject([{ code: "account_mismatch" }]);
  });

  it("409 for what is planned, published or being published, and 400 without a time", async () => {
    const { id } = await draft();
    expect((await act(id, "schedule", {})).status).toBe(400);
    await act(id, "schedule", { scheduled_at: AT });
    expect((await act(id, "schedule", { scheduled_at: AT })).problem).toMatchObject({
      status: 409,
      code: "invalid_transition",
      allowed: expect.arrayContaining(["draft"]),
    });
    const gone = await world.post({ status: "published" });
    expect((await act(gone.id, "schedule", { scheduled_at: AT })).problem).toMatchObject({ status: 409, code: "invalid_transition" });
    expect((await world.viewer.api.post(`/social/posts/${id}/schedule`, { scheduled_at: AT })).status).toBe(403);
  });

  it("the same reply for the same Idempotency-Key", async () => {
    const { id } = await draft();
    const schedule = () => world.editor.api.post(`/social/posts/${id}/schedule`, { scheduled_at: AT }, { key: `plan-${id}` });
    const first = await schedule();
    expect([(await schedule()).status, (await schedule()).body]).toEqual([200, first.body]);
    expect((await Post.history(world.ctx, { org_id: world.org_id, id })).items).toHaveLength(1);
  });
});

describe("POST /social/posts/{post_id}/unschedule", () => {
  it("200, and the post can be changed and planned again", async () => {
    const post = await draft();
    await act(post.id, "schedule", { scheduled_at: AT });
    expect(await marks(post, "2026-12-01T18")).toEqual([post.id]);
    const { body } = await act(post.id, "unschedule");
    expect(body).toMatchObject({ status: "draft", scheduled_at: AT });
    expect(await stored(post.id)).not.toHaveProperty("due_at");
    expect(await marks(post, "2026-12-01T18")).toEqual([]);
    expect((await world.editor.api.patch(`/social/posts/${post.id}`, { caption: "Other words" }, { version: body.version })).status).toBe(200);
    expect((await act(post.id, "schedule", { scheduled_at: "2026-12-02T18:00:00Z" })).status).toBe(200);
    expect(await marks(post, "2026-12-02T18")).toEqual([post.id]);
  });

  it("409 for a draft", async () => {
    expect((await act((await draft()).id, "unschedule")).problem).toMatchObject({ status: 409, code: "invalid_transition" });
  });
});

describe("POST /social/posts/{post_id}/check", () => {
  it("200 with the text, its numbers and no objection", async () => {
    const post = await draft({ caption: "Legs with @coach.kim", hashtags: ["legday"], mentions: ["coach.kim"] });
    expect((await act(post.id, "check", {})).body).toEqual({
      publishable: true,
      text: "Legs with @coach.kim\n\n#legday",
      text_length: 29,
      hashtags_count: 1,
      mentions_count: 1,
      violations: [],
      warnings: [],
    });
  });

  it("200 with all violations, those of the time included, and nothing changed", async () => {
    const post = await world.post({ hashtags: tags(31) });
    const { body } = await act(post.id, "check", { scheduled_at: "2020-01-01T00:00:00Z" });
    expect([body.publishable, body.violations.map(({ code }: { code: string }) => code)]).toEqual([
      false,
      ["too_many_hashtags", "media_count", "account_missing", "in_the_past"],
    ]);
    expect(await stored(post.id)).toEqual(post);
  });

  it("200 with a warning for the same text on the account within 30 days, and another post in the same hour", async () => {
    const first = await draft({ caption: "The same words." });
    const { account_id } = first as { account_id: string };
    await act(first.id, "schedule", { scheduled_at: AT });
    const again = await draft({ caption: "The same words.", account_id });
    const elsewhere = await draft({ caption: "The same words." });
    const warned = async (id: string, scheduled_at: string): Promise<string[][]> =>
      (await act(id, "check", { scheduled_at })).body.warnings.map(({ code, post_id, at }: Record<string, string>) => [code, post_id, at]);
    expect(await warned(again.id, "2026-12-01T18:59:59Z")).toEqual([
      ["repeated_text", first.id, AT],
      ["same_hour", first.id, AT],
    ]);
    expect(await warned(again.id, "2026-12-31T18:00:00Z")).toEqual([["repeated_text", first.id, AT]]);
    expect(await warned(again.id, "2026-12-31T18:00:01Z")).toEqual([]);
    expect(await warned(elsewhere.id, AT)).toEqual([]);
    // It is no warning of itself, and none that keeps it from being planned.
    expect(await warned(first.id, AT)).toEqual([]);
    expect((await act(again.id, "schedule", { scheduled_at: AT })).status).toBe(200);
  });

  it("200 for viewers, and 404 for another org's post", async () => {
    const post = await draft();
    expect((await world.viewer.api.post(`/social/posts/${post.id}/check`, {})).status).toBe(200);
    const other = await world.org();
    expect((await other.owner.api.post(`/social/posts/${post.id}/check`, {})).status).toBe(404);
  });
});

describe("DELETE /social/posts/{post_id}", () => {
  it("204 for a planned post, which is compared with nothing any more", async () => {
    const post = await draft();
    const { body } = await act(post.id, "schedule", { scheduled_at: AT });
    expect((await world.editor.api.delete(`/social/posts/${post.id}`, { version: body.version })).status).toBe(204);
    expect(await marks(post, "2026-12-01T18")).toEqual([]);
  });
});

describe("POST /social/posts/{post_id}/publish-now", () => {
  it("202, and the job publishes it without waiting for a minute", async () => {
    const post = await draft();
    const { status, body } = await act(post.id, "publish-now");
    expect([status, body.status, body.scheduled_at]).toEqual([202, "scheduled", world.clock.now().toISOString()]);
    await world.drain(publishPostWorker);
    expect(await stored(post.id)).toMatchObject({ status: "published" });
  });

  it("202 for a planned post, whose time is now", async () => {
    const post = await draft();
    await act(post.id, "schedule", { scheduled_at: AT });
    const now = world.clock.now().toISOString();
    expect((await act(post.id, "publish-now")).body).toMatchObject({ status: "scheduled", scheduled_at: now });
    expect([await marks(post, "2026-12-01T18"), await marks(post, now.slice(0, 13))]).toEqual([[], [post.id]]);
    await world.drain(publishPostWorker);
    expect(await stored(post.id)).toMatchObject({ status: "published", published_at: now });
  });

  it("409 for what is published, 422 for what Instagram would refuse, and for networks on which people publish", async () => {
    expect((await act((await world.post({ status: "published" })).id, "publish-now")).problem).toMatchObject({ status: 409, code: "invalid_transition" });
    expect((await act((await world.post()).id, "publish-now")).problem).toMatchObject({ status: 422, code: "not_publishable" });
    expect((await act((await world.post({ platform: "tiktok", media_type: "video" })).id, "publish-now")).problem).toMatchObject({
      status: 422,
      code: "published_by_hand",
    });
  });
});

describe("POST /social/posts/{post_id}/retry", () => {
  it("409 for what has not failed", async () => {
    expect((await act((await draft()).id, "retry")).problem).toMatchObject({ status: 409, code: "invalid_transition" });
  });
});

describe("POST /social/posts/{post_id}/mark-published", () => {
  const video: Partial<Post> = { platform: "tiktok", media_type: "video", media_urls: ["https://media.example.com/1.mp4"] };
  let ids = 0;
  const where = () => ({ platform_post_id: `71065943122${String((ids += 1)).padStart(8, "0")}`, platform_url: `https://www.tiktok.com/@gym/video/${ids}` });

  it("200 with the network's id, the fact, and its template's count", async () => {
    const template = await ContentTemplate.create(world.ctx, { org_id: world.org_id, name: "By hand", caption_template: "x" });
    const post = await draft({ ...video, template_id: template.id });
    await act(post.id, "schedule", { scheduled_at: AT });
    const at = where();
    const { status, body } = await act(post.id, "mark-published", { ...at, published_at: "2026-11-20T09:30:00+01:00" });
    expect([status, body]).toMatchObject([200, { ...at, status: "published", published_at: "2026-11-20T08:30:00.000Z" }]);
    const facts = (await world.events()).filter(({ data }) => (data as { post_id?: string }).post_id === post.id);
    expect(facts.map(({ type, data }) => [type, data])).toEqual([
      ["social.post-published.v1", { post_id: post.id, platform: "tiktok", published_at: "2026-11-20T08:30:00.000Z" }],
    ]);
    expect((await ContentTemplate.get(world.ctx, template, { consistent: true })).usage_count).toBe(1);
    expect((await act(post.id, "mark-published", where())).problem).toMatchObject({ status: 409, code: "invalid_transition" });
  });

  it("200 for drafts and failed posts; without a time it is now", async () => {
    const [plain, failed] = [await draft(video), await draft({ status: "failed" })];
    expect((await act(plain.id, "mark-published", where())).body).toMatchObject({ status: "published", published_at: world.clock.now().toISOString() });
    expect((await act(failed.id, "mark-published", where())).body).toMatchObject({ status: "published" });
    const { account_id } = failed as { account_id: string };
    const { body } = await act((await draft({ caption: failed.caption, account_id })).id, "check", {});
    expect(body.warnings.map(({ code, post_id }: Record<string, string>) => [code, post_id])).toEqual([
      ["repeated_text", failed.id],
      ["same_hour", failed.id],
    ]);
  });

  it("409 for an id that another post has, and while the job holds the post; 422 for a time that has not come", async () => {
    const taken = where();
    await act((await draft(video)).id, "mark-published", taken);
    const post = await draft(video);
    expect((await act(post.id, "mark-published", taken)).problem).toMatchObject({ status: 409, code: "platformPost_taken" });
    expect((await act(post.id, "mark-published", { ...where(), published_at: AT })).problem).toMatchObject({ status: 422, code: "in_the_future" });
    const held = await draft({ status: "publishing", lease_until: AT });
    expect((await act(held.id, "mark-published", where())).problem).toMatchObject({ status: 409, code: "being_published" });
  });
});

describe("GET /social/worklist", () => {
  it("200 with what is late by a quarter of an hour, and why, page by page", async () => {
    const org = await world.org();
    const account = await world.account(org);
    const base = { account_id: account.id, media_urls: ["https://media.example.com/1.jpg"] };
    const at = (minutes: number): string => new Date(world.clock.now().getTime() - minutes * 60_000).toISOString();
    const late = (minutes: number, more: Partial<Post> = {}) =>
      org.post({ ...base, status: "scheduled", scheduled_at: at(minutes), due_at: at(minutes), ...more });
    const stuck = await late(20);
    await late(14);
    const byHand = await late(16, { platform: "youtube", waits_for: "hand" });
    await late(10, { platform: "youtube", waits_for: "hand" });
    const again = await late(30, { waits_for: "retry", attempts: 3, due_at: at(-4), next_attempt_at: at(-4), failure_detail: "Instagram answered 2." });
    await late(5, { waits_for: "retry", due_at: at(-1) });
    const held = await late(40, { status: "publishing", waits_for: "retry", due_at: at(-14), lease_until: at(-14) });
    const failed = await org.post({ ...base, status: "failed", scheduled_at: at(60), failure_class: "gave_up", failure_detail: "In vain.", attempts: 5 });
    await org.post({ ...base, status: "draft" });
    await org.post({ ...base, status: "published" });
    const { body } = await org.viewer.api.get("/social/worklist");
    expect(body.items.map(({ post_id, reason }: Record<string, string>) => [post_id, reason])).toEqual([
      [stuck.id, "not_begun"],
      [byHand.id, "by_hand"],
      [again.id, "waits_for_retry"],
      [held.id, "publishing"],
      [failed.id, "failed"],
    ]);
    expect(body.items[2]).toMatchObject({ attempts: 3, detail: "Instagram answered 2.", next_attempt_at: at(-4), scheduled_at: at(30) });
    expect(body.items[4]).toMatchObject({ failure_class: "gave_up", detail: "In vain." });

    const pages: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await org.viewer.api.get("/social/worklist", { query: { limit: 2, ...(cursor === undefined ? {} : { cursor }) } });
      pages.push(...page.body.items.map(({ post_id }: { post_id: string }) => post_id));
      cursor = page.body.next_cursor ?? undefined;
    } while (cursor !== undefined);
    expect(pages).toEqual([stuck.id, byHand.id, again.id, held.id, failed.id]);
  });

  it("200 with a post that people have not published, until they say so", async () => {
    const org = await world.org();
    const post = await org.post({ platform: "tiktok", media_type: "video", media_urls: ["https://media.example.com/1.mp4"] });
    await org.editor.api.post(`/social/posts/${post.id}/schedule`, { scheduled_at: world.clock.now().toISOString() });
    const listed = async () => (await org.viewer.api.get("/social/worklist")).body.items.map(({ reason }: { reason: string }) => reason);
    expect(await listed()).toEqual([]);
    world.clock.advance(15 * 60_000);
    await world.minute();
    expect(await listed()).toEqual(["by_hand"]);
    await org.editor.api.post(`/social/posts/${post.id}/mark-published`, { platform_post_id: "7106594312292453675" });
    expect(await listed()).toEqual([]);
  });
});
