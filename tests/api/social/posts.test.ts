import { beforeAll, describe, expect, it } from "vitest";
import { postsApi } from "../../../functions/social/posts.api.ts";
import { type SocialWorld, socialWorld } from "../../support/social.ts";

let world: SocialWorld;
beforeAll(async () => {
  world = await socialWorld({ apis: [postsApi] });
});

const draft = { platform: "instagram", media_type: "image", caption: "Squats.", hashtags: ["fitness"] };
const create = (body: object) => world.editor.api.post("/social/posts", body, { key: world.ids.uuid() });

describe("POST /social/posts", () => {
  it("201 with a draft of the caller; viewers may not", async () => {
    const { status, body } = await create(draft);
    expect([status, body]).toMatchObject([201, { ...draft, status: "draft", user_id: world.editor.user_id, placement: "feed", ai_generated: false }]);
    expect((await world.viewer.api.post("/social/posts", draft, { key: world.ids.uuid() })).status).toBe(403);
  });

  it("400 naming everything that is wrong at once", async () => {
    const { status, problem } = await create({ ...draft, hashtags: ["#fitness"], media_urls: ["http://plain.example.com/a.jpg"], status: "published" });
    expect([status, problem.errors.map(({ pointer }) => pointer).toSorted()]).toEqual([400, ["/hashtags/0", "/media_urls/0", "/status"]]);
  });
});

describe("GET /social/posts", () => {
  it("lists by status, network, person and category, the newest first, and hides what is deleted", async () => {
    const { api } = (await world.org()).owner;
    expect((await api.get("/social/posts")).body.items).toEqual([]);
    const org = await world.org();
    const times = ["2026-11-20T07:00:00.000Z", "2026-11-20T08:00:00.000Z"];
    const [older, newer] = [
      await org.post({ status: "published", published_at: times[0]!, content_category: "workout", user_id: org.editor.user_id }),
      await org.post({ status: "published", published_at: times[1]!, content_category: "workout", user_id: org.editor.user_id }),
    ];
    await org.post({ platform: "tiktok", media_type: "video", content_category: "nutrition" });
    const listed = async (query: Record<string, string>) =>
      (await org.viewer.api.get("/social/posts", { query })).body.items.map(({ id }: { id: string }) => id);
    const both = [newer.id, older.id];
    expect(await listed({ platform: "instagram" })).toEqual(both);
    expect(await listed({ status: "published" })).toEqual(both);
    expect(await listed({ content_category: "workout" })).toEqual(both);
    expect(await listed({ user_id: org.editor.user_id })).toEqual(both);
    expect((await org.editor.api.delete(`/social/posts/${newer.id}`, { version: newer.version })).status).toBe(204);
    for (const query of [{ platform: "instagram" }, { status: "published" }, { content_category: "workout" }])
      expect(await listed(query as never)).toEqual([older.id]);
    expect((await org.viewer.api.get(`/social/posts/${newer.id}`)).status).toBe(404);
    expect((await org.viewer.api.get("/social/posts", { query: { platform: "instagram", status: "draft" } })).status).toBe(400);
  });
});

describe("PATCH /social/posts/{post_id}", () => {
  it("200 for a draft; 409 for what is published; 404 for another org's", async () => {
    const made = (await create(draft)).body;
    const changed = await world.editor.api.patch(`/social/posts/${made.id}`, { caption: "Squats, five sets." }, { version: made.version });
    expect([changed.status, changed.body]).toMatchObject([200, { caption: "Squats, five sets.", version: made.version + 1 }]);
    const published = await world.post({ status: "published" });
    const refused = await world.editor.api.patch(`/social/posts/${published.id}`, { caption: "No." }, { version: published.version });
    expect([refused.status, refused.problem.code]).toEqual([409, "not_editable"]);
    const foreign = await (await world.org()).post();
    expect((await world.editor.api.patch(`/social/posts/${foreign.id}`, { caption: "No." }, { version: 1 })).status).toBe(404);
  });
});

describe("DELETE /social/posts/{post_id}", () => {
  it("409 while it is being published", async () => {
    const busy = await world.post({ status: "publishing" });
    const refused = await world.owner.api.delete(`/social/posts/${busy.id}`, { version: busy.version });
    expect([refused.status, refused.problem.code]).toEqual([409, "not_deletable"]);
  });
});
