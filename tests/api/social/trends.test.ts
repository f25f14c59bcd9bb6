import { beforeAll, describe, expect, it } from "vitest";
import { recordMentionsWorker } from "../../../functions/social/record-mentions.worker.ts";
import { removeMentionsWorker } from "../../../functions/social/remove-mentions.worker.ts";
import { trendsApi } from "../../../functions/social/trends.api.ts";
import { seededLexicon } from "../../../shared/social/trend/seeded-lexicon.ts";
import { TopicDay } from "../../../shared/social/trend/topic-day.ts";
import { type SocialOrg, type SocialWorld, socialWorld } from "../../support/social.ts";
import { trendsOf } from "../../workers/social/trends-world.ts";

let world: SocialWorld;
beforeAll(async () => {
  world = await socialWorld({ apis: [trendsApi] });
});
const fresh = async (changes: Readonly<Record<string, unknown>> = {}) => {
  world.clock.set("2026-11-20T09:00:00.000Z");
  world.sent.splice(0);
  const org: SocialOrg = await world.org(changes);
  const key = () => ({ key: world.ids.uuid() });
  return { org, key, ...trendsOf(world, org) };
};
const counts = ({ ctx, org_id }: SocialOrg, topics: Readonly<Record<string, number>>) =>
  TopicDay.putMany(
    ctx,
    Object.entries(topics).map(([topic, base]) => ({ org_id, platform: "instagram" as const, topic_type: "hashtag" as const, topic, day: "2026-11-20", base })),
  );

describe("POST /social/mentions", () => {
  it("202, and a job counts them; an API key of editors may, viewers may not", async () => {
    const { org, key, mention, count } = await fresh();
    const mentions = [mention(), mention({ topic: "#LegDay" }), mention({ ago: 8 * 24 + 1 })];
    const machine = await org.apiKey(["editor"]);
    const reply = await machine.post("/social/mentions", { mentions }, key());
    expect([reply.status, reply.body]).toEqual([202, { accepted: 2, too_old: 1 }]);
    expect((await org.viewer.api.post("/social/mentions", { mentions }, key())).status).toBe(403);
    expect(await world.drain(recordMentionsWorker)).toBe(1);
    expect(await count()).toBe(2);
  });

  it("repeats its reply under the same key, and orders nothing when all are too old", async () => {
    const { org, key, mention, count } = await fresh();
    const [once, mentions] = [key(), [mention()]];
    const first = await org.editor.api.post("/social/mentions", { mentions }, once);
    expect((await org.editor.api.post("/social/mentions", { mentions }, once)).body).toEqual(first.body);
    await world.drain(recordMentionsWorker);
    expect(await count()).toBe(1);
    const old = await org.editor.api.post("/social/mentions", { mentions: [mention({ ago: 300 })] }, key());
    expect([old.body, world.sent.length]).toEqual([{ accepted: 0, too_old: 1 }, 0]);
  });

  it("422 naming every mention that cannot be counted, and takes none", async () => {
    const { org, key, mention } = await fresh();
    const mentions = [mention(), mention({ ago: -1 }), mention({ topic: "##" }), mention({ at: "2026-11-20T09:05:00.000Z" })];
    const { status, problem } = await org.editor.api.post("/social/mentions", { mentions }, key());
    expect([status, problem.code, problem.errors.map(({ pointer, code }) => `${pointer} ${code}`)]).toEqual([
      422,
      "mentions_refused",
      ["/mentions/1/at in_future", "/mentions/2/topic no_topic"],
    ]);
    expect(world.sent.length).toBe(0);
  });

  it("400 for unknown networks and fields, and for more than a hundred", async () => {
    const { org, key, mention } = await fresh();
    const wrong = await org.editor.api.post("/social/mentions", { mentions: [{ ...mention(), platform: "myspace", spam: true }] }, key());
    expect([wrong.status, wrong.problem.errors.map(({ pointer }) => pointer).toSorted()]).toEqual([400, ["/mentions/0/platform", "/mentions/0/spam"]]);
    const many = await org.editor.api.post("/social/mentions", { mentions: Array.from({ length: 101 }, () => mention()) }, key());
    expect(many.status).toBe(400);
  });
});

describe("POST /social/mentions/remove", () => {
  it("202, and a job takes persons and mentions out; the persons are listed, and can be let in again", async () => {
    const { org, key, mention, record, count } = await fresh();
    const [bot, other, kept] = [mention({ platform_user_id: "bot" }), mention(), mention()];
    await record([bot, other, kept]);
    const removal = { persons: [{ platform: "instagram", platform_user_id: "bot" }], mentions: [{ platform: "instagram", id: other.id }] };
    expect((await org.viewer.api.post("/social/mentions/remove", removal, key())).status).toBe(403);
    const reply = await org.editor.api.post("/social/mentions/remove", removal, key());
    expect([reply.status, reply.body]).toEqual([202, { mentions: 1, persons: 1, status: "ordered" }]);
    await world.drain(removeMentionsWorker);
    expect(await count()).toBe(1);

    const [flagged] = (await org.viewer.api.get("/social/flagged-persons")).body.items;
    expect(flagged).toMatchObject({ platform: "instagram", platform_user_id: "bot", version: 1 });
    const path = `/social/flagged-persons/${flagged.id}`;
    expect((await org.viewer.api.delete(path, { version: 1 })).status).toBe(403);
    expect((await org.editor.api.delete(path, { version: 1 })).status).toBe(204);
    expect((await org.editor.api.delete(path, { version: 1 })).status).toBe(404);
    expect((await org.viewer.api.get("/social/flagged-persons")).body.items).toEqual([]);
  });

  it("400 when it names nobody and nothing", async () => {
    const { org, key } = await fresh();
    expect((await org.editor.api.post("/social/mentions/remove", {}, key())).status).toBe(400);
  });
});

describe("GET /social/trending-topics", () => {
  it("lists a network's open trends by growth, or those of one status, page by page", async () => {
    const { org, evaluate } = await fresh();
    await counts(org, { a: 60, b: 300, c: 90 });
    await evaluate();
    const names = async (query: Record<string, string | number>) => {
      const { status, body } = await org.viewer.api.get("/social/trending-topics", { query });
      return [status, body.items?.map(({ topic_name }: { topic_name: string }) => topic_name), body.next_cursor !== null];
    };
    expect(await names({ platform: "instagram" })).toEqual([200, ["b", "c", "a"], false]);
    expect(await names({ platform: "instagram", limit: 2 })).toEqual([200, ["b", "c"], true]);
    expect(await names({ platform: "tiktok" })).toEqual([200, [], false]);
    expect(await names({ platform: "instagram", status: "emerging" })).toEqual([200, ["b", "c", "a"], false]);
    expect(await names({ platform: "instagram", status: "trending" })).toEqual([200, [], false]);
    expect((await org.viewer.api.get("/social/trending-topics")).status).toBe(400);
  });

  it("lists expired ones, the latest first, and they are no more among the open", async () => {
    const { org, evaluate, pass } = await fresh({ trend_min_mentions: 1000 });
    await counts(org, { a: 1001 });
    await evaluate();
    await counts(org, { a: 0, b: 1001 });
    await pass(1);
    await counts(org, { b: 0 });
    await pass(24);
    const listed = async (query: Record<string, string>) =>
      (await org.viewer.api.get("/social/trending-topics", { query: { platform: "instagram", ...query } })).body.items;
    expect((await listed({ status: "expired" })).map(({ topic_name, expired_at }: Record<string, string>) => [topic_name, expired_at])).toEqual([
      ["b", "2026-11-21T10:00:00.000Z"],
      ["a", "2026-11-21T09:00:00.000Z"],
    ]);
    expect(await listed({})).toEqual([]);
  });
});

describe("GET /social/trending-topics/{trending_topic_id}", () => {
  it("has the count of each hour of seven days; 404 for another org's", async () => {
    const { org, burst, record, evaluate, pass } = await fresh({ trend_min_mentions: 2 });
    await record([...burst(1, { ago: 30 }), ...burst(5, { ago: 2 })]);
    await evaluate();
    await pass(2);
    const [{ id }] = (await org.viewer.api.get("/social/trending-topics", { query: { platform: "instagram" } })).body.items;
    const { status, body } = await org.viewer.api.get(`/social/trending-topics/${id}`);
    expect([status, body]).toMatchObject([200, { topic_name: "legday", mention_count: 5, trend_status: "trending" }]);
    expect(body.wave_peak).toBeUndefined();
    const { history } = body;
    expect([history.length, history[0].at, history.at(-1).at]).toEqual([168, "2026-11-13T12:00:00.000Z", "2026-11-20T11:00:00.000Z"]);
    const at = (time: string): number => history.find((one: { at: string }) => one.at === time).mention_count;
    expect(
      ["2026-11-19T03:00:00.000Z", "2026-11-19T04:00:00.000Z", "2026-11-20T03:00:00.000Z", "2026-11-20T04:00:00.000Z", "2026-11-20T08:00:00.000Z"].map(at),
    ).toEqual([0, 1, 1, 0, 5]);
    expect((await (await world.org()).viewer.api.get(`/social/trending-topics/${id}`)).status).toBe(404);
  });
});

describe("GET /social/trend-evaluations", () => {
  it("tells when a network was evaluated, and what was there", async () => {
    const { org, evaluate, pass } = await fresh();
    await counts(org, { a: 60, b: 50, c: 0 });
    await evaluate();
    await pass(1);
    const { body } = await org.viewer.api.get("/social/trend-evaluations", { query: { platform: "instagram" } });
    expect(body.items).toMatchObject([
      { evaluated_at: "2026-11-20T10:00:00.000Z", status: "completed" },
      { evaluated_at: "2026-11-20T09:00:00.000Z", topics: 2, detected: 1, kept: 1 },
    ]);
    expect(body.items[0].run).toBeUndefined();
  });
});

describe("GET and PUT /social/lexicon", () => {
  it("begins with fitness words; owners replace them, spelt as topics are", async () => {
    const { org } = await fresh();
    const first = await org.viewer.api.get("/social/lexicon");
    expect([first.status, first.body.words, (await org.viewer.api.get("/social/lexicon")).body.version]).toEqual([200, seededLexicon, first.body.version]);
    expect((await org.editor.api.put("/social/lexicon", { words: ["yoga"] }, { version: 1 })).status).toBe(403);
    const changed = await org.owner.api.put("/social/lexicon", { words: ["Yoga ", "ｙｏｇａ", "Leg  Day"] }, { version: 1 });
    expect([changed.status, changed.body.words]).toEqual([200, ["leg day", "yoga"]]);
    expect((await org.owner.api.put("/social/lexicon", { words: [] }, { version: 1 })).status).toBe(412);
    const refused = await org.owner.api.put("/social/lexicon", { words: [" ", "yoga", "\t"] }, { version: 2 });
    expect([refused.status, refused.problem.errors.map(({ pointer }) => pointer)]).toEqual([422, ["/words/0", "/words/2"]]);
  });
});
