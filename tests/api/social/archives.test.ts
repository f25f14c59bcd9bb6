import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { RestoreOrdered } from "../../../events/social/restore-ordered.v1.ts";
import { archiveMonth } from "../../../shared/social/archive/archive-month.ts";
import { EngagementEvent } from "../../../shared/social/engagement/engagement-event.ts";
import { PostMonth } from "../../../shared/social/engagement/post-month.ts";
import { deletePost } from "../../../shared/social/post/delete-post.ts";
import type { Post } from "../../../shared/social/post/post.ts";
import type { SocialOrg } from "../../support/social.ts";
import { type ArchiveWorld, MONTH, archiveWorld } from "../../workers/social/archive-world.ts";

let world: ArchiveWorld;
beforeAll(async () => {
  world = await archiveWorld();
}, 60_000);
afterAll(() => world.stop());

/** Events of one post in three months, the first of which is archived. */
const threeMonths = async (): Promise<{ org: SocialOrg; post: Post }> => {
  const org = await world.org();
  const [post] = await world.fill(org, { posts: 1, events: 3 });
  for (const month of ["2025-04", "2027-02"]) {
    await EngagementEvent.putMany(
      org.ctx,
      [0, 1].map((n) => world.eventOf(org, post!, n, month)),
    );
    if (month !== "2027-02") await PostMonth.create(org.ctx, { org_id: org.org_id, month, post_id: post!.id, events: 2 });
  }
  await archiveMonth(world.jobCtx(org), { month: MONTH });
  return { org, post: post! };
};
const monthsOf = (events: readonly EngagementEvent[]): string[] => events.map(({ month }) => month);

describe("GET /social/posts/{post_id}/events", () => {
  it("lists archived and stored months as one, in pages, each event as it was", async () => {
    const { org, post } = await threeMonths();
    const all = [...Array.from({ length: 3 }, () => MONTH), "2025-04", "2025-04", "2027-02", "2027-02"];
    for (const limit of [1, 2, 3, 100]) expect(monthsOf(await world.listed(org, post, { limit }))).toEqual(all);
    const [first] = await world.listed(org, post);
    expect(first).toMatchObject({
      post_id: post.id,
      month: MONTH,
      event_metadata: { text: "Grüße Nº 0 💪\n", reach: 0.1, tags: [null, true, { deep: [] }] },
      version: 1,
    });
  });

  it("takes months from and to, both included; a month of this or the last is looked at before it is counted", async () => {
    const { org, post } = await threeMonths();
    expect(monthsOf(await world.listed(org, post, { from: "2025-02" }))).toEqual(["2025-04", "2025-04", "2027-02", "2027-02"]);
    expect(monthsOf(await world.listed(org, post, { to: MONTH }))).toEqual([MONTH, MONTH, MONTH]);
    expect(monthsOf(await world.listed(org, post, { from: "2025-04", to: "2027-01" }))).toEqual(["2025-04", "2025-04"]);
    expect(await world.listed(org, post, { from: "2025-05", to: "2027-01" })).toEqual([]);
  });

  it("goes on behind more months than one request looks at", async () => {
    const org = await world.org();
    const [post] = await world.fill(org, { posts: 1, events: 1 });
    const months = ["2025-02", "2025-03", "2025-04", "2025-05", "2025-06", "2025-07", "2025-08", "2025-09"];
    for (const month of months) {
      await EngagementEvent.putMany(org.ctx, [world.eventOf(org, post!, 1, month)]);
      await PostMonth.create(org.ctx, { org_id: org.org_id, month, post_id: post!.id, events: 1 });
    }
    const first = await org.viewer.api.get(`/social/posts/${post!.id}/events`, { query: { limit: 100 } });
    expect([first.body.items.length, typeof first.body.next_cursor]).toEqual([6, "string"]);
    expect(monthsOf(await world.listed(org, post!, { limit: 100 }))).toEqual([MONTH, ...months]);
  });

  it("400 for what is no month and for a range the wrong way round or too long; 404 for a post that is gone or another org's", async () => {
    const { org, post } = await threeMonths();
    const of = (query: Record<string, string>, { id }: Pick<Post, "id"> = post) => org.viewer.api.get(`/social/posts/${id}/events`, { query });
    const wrong = await of({ from: "2025-13", to: "May" });
    expect([wrong.status, wrong.problem.errors.map(({ pointer }) => pointer).toSorted()]).toEqual([400, ["/query/from", "/query/to"]]);
    for (const query of [{ from: "2025-03", to: "2025-02" }, { from: "1990-01" }]) {
      const { status, problem } = await of(query as Record<string, string>);
      expect([status, problem.errors]).toMatchObject([400, [{ pointer: "/query/from", code: "out_of_range" }]]);
    }
    const other = await world.org();
    expect((await of({}, await other.post())).status).toBe(404);
    await deletePost(org.ctx, post.id, post.version);
    expect((await of({})).status).toBe(404);
  });

  it("reads what it returns: for a page out of the archive a part of one object, whatever the month holds", async () => {
    const { org, post } = await threeMonths();
    await world.listed(org, post, { limit: 2, to: MONTH });
    world.uses.splice(0);
    await org.viewer.api.get(`/social/posts/${post.id}/events`, { query: { limit: 2, to: MONTH } });
    const counted = Object.fromEntries([...Map.groupBy(world.uses, ({ pattern }) => pattern)].map(([pattern, uses]) => [pattern, uses.length]));
    expect(counted).toMatchObject({ "Post.get": 1, "PostMonth.getMany": 1, "ArchivedMonth.get": 2, "EngagementEvent.list": 1, "ArchiveSlice.list": 1 });
  });
});

describe("GET /social/archives", () => {
  it("lists the months, the latest first, with what was copied and nothing of the work", async () => {
    const org = await world.org();
    for (const month of ["2024-11", MONTH]) {
      await world.fill(org, { posts: 2, events: 2, month });
      await archiveMonth(world.jobCtx(org), { month });
    }
    const { status, body } = await org.viewer.api.get("/social/archives");
    expect([status, body.items.map(({ month }: { month: string }) => month)]).toEqual([200, [MONTH, "2024-11"]]);
    const [one] = body.items;
    expect(one).toMatchObject({ status: "archived", copies: [{ copy: 1, events: 4, parts: 1, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) }] });
    for (const hidden of ["work", "epoch", "begun", "settled"]) expect(one).not.toHaveProperty(hidden);
    const read = await org.viewer.api.get(`/social/archives/${MONTH}`);
    expect([read.status, read.body]).toEqual([200, one]);
    expect((await org.viewer.api.get("/social/archives/2024-10")).status).toBe(404);
    expect((await (await world.org()).viewer.api.get(`/social/archives/${MONTH}`)).status).toBe(404);
  });
});

describe("POST /social/archives/{month}/restore", () => {
  const restore = (org: SocialOrg, month = MONTH, key = world.ids.uuid()) => org.owner.api.post(`/social/archives/${month}/restore`, undefined, { key });

  it("202 for an owner, with the order in the outbox; once, under one key", async () => {
    const { org } = await threeMonths();
    expect((await org.editor.api.post(`/social/archives/${MONTH}/restore`, undefined, { key: world.ids.uuid() })).status).toBe(403);
    const key = world.ids.uuid();
    const first = await restore(org, MONTH, key);
    expect([first.status, first.headers["location"], first.body]).toMatchObject([
      202,
      `/social/archives/${MONTH}`,
      { status: "restoring", progress: { done: 0, of: 3 }, version: (await world.monthOf(org)).version },
    ]);
    const again = await restore(org, MONTH, key);
    expect([again.status, again.body]).toEqual([202, first.body]);
    expect((await org.events()).filter(({ type }) => type === RestoreOrdered.type)).toHaveLength(1);
  });

  it("409 while it is being restored and where nothing is archived; 404 for a month that never was", async () => {
    const { org } = await threeMonths();
    await restore(org);
    const busy = await restore(org);
    expect([busy.status, busy.problem.code, busy.problem["current"]]).toEqual([409, "not_archived", "restoring"]);
    expect((await restore(org, "2024-12")).status).toBe(404);
    const empty = await world.org();
    await PostMonth.create(empty.ctx, { org_id: empty.org_id, month: MONTH, post_id: (await empty.post()).id });
    await archiveMonth(world.jobCtx(empty), { month: MONTH });
    expect((await restore(empty)).status).toBe(409);
  });
});
