import { beforeAll, describe, expect, it } from "vitest";
import { postsApi } from "../../../functions/social/posts.api.ts";
import { templatesApi } from "../../../functions/social/templates.api.ts";
import { ContentTemplate } from "../../../shared/social/template/content-template.ts";
import type { TemplateRating } from "../../../shared/social/template/judge-posts.ts";
import { rateTemplate } from "../../../shared/social/template/rate-template.ts";
import { type SocialOrg, type SocialWorld, socialWorld } from "../../support/social.ts";

let world: SocialWorld;
beforeAll(async () => {
  world = await socialWorld({ apis: [templatesApi, postsApi] });
});

let made = 0;
const input = (more: object = {}) => ({ name: `Template ${(made += 1)}`, caption_template: "{exercise_name}: {sets} sets.", ...more });
const create = async (more: object = {}, org: SocialOrg = world) => (await org.editor.api.post("/social/templates", input(more))).body;

const rated = async (org: SocialOrg, id: string, rating: TemplateRating, date = "2026-11-20"): Promise<void> =>
  rateTemplate(org.ctx, await ContentTemplate.get(org.ctx, { org_id: org.org_id, id }), rating, { date, min_posts: 5 });

describe("POST /social/templates", () => {
  it("201 with its placeholders and no use yet", async () => {
    const { status, body, headers } = await world.editor.api.post("/social/templates", input({ hashtag_sets: [["fitness"], ["legday", "gym"]] }));
    expect([status, headers["location"]]).toEqual([201, `/social/templates/${body.id}`]);
    expect(body).toMatchObject({ placeholders: ["exercise_name", "sets"], usage_count: 0, hashtag_sets: [["fitness"], ["legday", "gym"]] });
    for (const hidden of ["rank", "rated_for"]) expect(body).not.toHaveProperty(hidden);
    expect((await world.viewer.api.post("/social/templates", input())).status).toBe(403);
  });

  it("422 for a brace that is part of no placeholder, 409 for a name that is taken, 400 for what is the server's", async () => {
    const stray = await world.editor.api.post("/social/templates", input({ caption_template: "{Exercise Name}" }));
    expect(stray.problem).toMatchObject({ status: 422, code: "stray_brace", errors: [{ pointer: "/caption_template" }] });
    const { name } = await create();
    expect((await world.editor.api.post("/social/templates", input({ name }))).problem).toMatchObject({ status: 409, code: "name_taken" });
    expect((await world.editor.api.post("/social/templates", input({ usage_count: 5, success_rate: 1 }))).problem.errors).toHaveLength(2);
  });
});

describe("GET /social/templates", () => {
  it("200 with all, and ranked by what is sure of their success", async () => {
    const org = await world.org();
    const ids: string[] = [];
    for (let n = 0; n < 4; n++) {
      ids.push((await create({}, org)).id);
      world.clock.advance(1);
    }
    await rated(org, ids[0]!, { rated_posts: 4, successful_posts: 3, avg_engagement_rate: 0.05 });
    await rated(org, ids[1]!, { rated_posts: 20, successful_posts: 13, avg_engagement_rate: 0.04 });
    await rated(org, ids[2]!, { rated_posts: 0, successful_posts: 0, avg_engagement_rate: null });
    const listed = async (query: Record<string, string> = {}): Promise<string[]> =>
      (await org.viewer.api.get("/social/templates", { query })).body.items.map(({ id }: { id: string }) => id);
    expect(await listed()).toEqual(ids);
    expect(await listed({ ranked: "true" })).toEqual([ids[1], ids[0]]);
    const { body } = await org.viewer.api.get(`/social/templates/${ids[0]}`);
    expect(body).toMatchObject({ success_rate: 0.75, insufficient_data: true, rated_posts: 4, successful_posts: 3, avg_engagement_rate: 0.05 });
    expect([body.success_lower.toFixed(4), body.success_upper.toFixed(4)]).toEqual(["0.3006", "0.9544"]);
    expect((await org.viewer.api.get(`/social/templates/${ids[2]}`)).body).not.toHaveProperty("success_rate");
    expect((await world.viewer.api.get(`/social/templates/${ids[0]}`)).status).toBe(404);
  });

  it("200 with a rating that was taken back when its posts are gone", async () => {
    const { id } = await create();
    await rated(world, id, { rated_posts: 5, successful_posts: 5, avg_engagement_rate: 0.1 }, "2026-11-19");
    await rated(world, id, { rated_posts: 0, successful_posts: 0, avg_engagement_rate: null });
    const ranked = (await world.viewer.api.get("/social/templates", { query: { ranked: "true" } })).body.items.map((one: { id: string }) => one.id);
    expect(ranked).not.toContain(id);
  });
});

describe("PATCH and DELETE /social/templates/{template_id}", () => {
  it("200 with other placeholders, 422 for a stray brace, 412 for an old version, then 204 and 404", async () => {
    const { id, version } = await create();
    const patch = (body: object, at: number) => world.editor.api.patch(`/social/templates/${id}`, body, { version: at });
    expect((await patch({ caption_template: "{reps} times" }, version)).body).toMatchObject({ placeholders: ["reps"], version: version + 1 });
    expect((await patch({ caption_template: "{" }, version + 1)).problem).toMatchObject({ status: 422, code: "stray_brace" });
    expect((await patch({ caption_template: "x" }, version)).status).toBe(412);
    expect((await world.editor.api.delete(`/social/templates/${id}`, { version: version + 1 })).status).toBe(204);
    expect((await world.editor.api.get(`/social/templates/${id}`)).status).toBe(404);
  });
});

describe("POST /social/templates/{template_id}/posts", () => {
  const content = { media_type: "image", media_urls: ["https://media.example.com/1.jpg"] };
  const from = (id: string, body: object) => world.editor.api.post(`/social/templates/${id}/posts`, { ...content, ...body });

  it("201 with a draft of the template's text, network, category and hashtags", async () => {
    const { id } = await create({ platform: "instagram", category: "workout_demo", hashtag_sets: [["a"], ["legday", "gym"]] });
    const { status, body, headers } = await from(id, { values: { exercise_name: "Squats {sets}", sets: "5" }, hashtag_set: 1, hashtags: ["gym", "fitness"] });
    expect([status, headers["location"]]).toEqual([201, `/social/posts/${body.id}`]);
    expect(body).toMatchObject({
      status: "draft",
      platform: "instagram",
      caption: "Squats {sets}: 5 sets.",
      hashtags: ["legday", "gym", "fitness"],
      content_category: "workout_demo",
      template_id: id,
      user_id: world.editor.user_id,
    });
    expect((await world.editor.api.get(`/social/posts/${body.id}`)).body).toEqual(body);
  });

  it("422 with every placeholder that is missing or unknown, and whatever else does not fit", async () => {
    const { id } = await create({ platform: "instagram", hashtag_sets: [["a"]] });
    const { problem } = await from(id, { values: { sets: "5", reps: "5" }, platform: "tiktok", hashtag_set: 1 });
    expect(problem).toMatchObject({ status: 422, code: "values_rejected" });
    expect(problem.errors?.map(({ pointer, code }) => `${pointer} ${code}`)).toEqual([
      "/values/exercise_name required",
      "/values/reps unknown_placeholder",
      "/platform other_platform",
      "/hashtag_set no_such_set",
    ]);
  });

  it("422 for any network without one named, and for a caption that becomes too long", async () => {
    const { id } = await create({ caption_template: "{a}{a}{a}" });
    expect((await from(id, { values: { a: "x" } })).problem.errors).toMatchObject([{ pointer: "/platform", code: "required" }]);
    expect((await from(id, { values: { a: "x".repeat(2000) }, platform: "tiktok" })).problem.errors).toMatchObject([{ pointer: "/values", code: "too_long" }]);
    expect((await from(id, { values: { a: "x" }, platform: "tiktok" })).status).toBe(201);
  });

  it("404 for another org's template, and 403 for viewers", async () => {
    const there = await create({}, await world.org());
    expect((await from(there.id, { values: {} })).status).toBe(404);
    const { id } = await create();
    expect((await world.viewer.api.post(`/social/templates/${id}/posts`, { ...content, values: {} })).status).toBe(403);
  });
});
