import { beforeAll, describe, expect, it } from "vitest";
import { IngestEvents } from "../../../events/social/ingest-events.v1.ts";
import { RecordMentions } from "../../../events/social/record-mentions.v1.ts";
import { instagramWebhooksApi } from "../../../functions/social/instagram-webhooks.api.ts";
import { ingestEventsWorker } from "../../../functions/social/ingest-events.worker.ts";
import { settingsApi } from "../../../functions/social/settings.api.ts";
import { SocialAccount } from "../../../shared/social/account/social-account.ts";
import { type EngagementWorld, engagementWorld } from "../../support/engagement.ts";
import { hubSigned } from "../../support/signed.ts";

const SECRET = "test_app_secret";
const TOKEN = "a-word-of-our-own";
const HOOK = "/social/settings/instagram-webhook";
let world: EngagementWorld;
beforeAll(async () => {
  world = await engagementWorld({ apis: [instagramWebhooksApi, settingsApi] });
  await world.owner.api.put(HOOK, { app_secret: SECRET, verify_token: TOKEN });
});

const path = (org_id = world.org_id) => `/social/webhooks/instagram/${org_id}`;
const commentOf = (id: string, text: string, media: string) => ({
  object: "instagram",
  entry: [
    {
      id: "17841400000000001",
      time: 1_795_168_800,
      changes: [{ field: "comments", value: { id, text, from: { id: "1234567890", username: "fan_1" }, media: { id: media, media_product_type: "REELS" } } }],
    },
  ],
});
const signatureOf = (text: string, secret = SECRET) => hubSigned(secret, text);
const send = (body: object, headers?: Record<string, string>, to = path()) =>
  world.client.request("POST", to, body, { headers: headers ?? signatureOf(JSON.stringify(body)) });
const taken = () => world.sent.splice(0).map(({ envelope }) => envelope);

describe("PUT /social/settings/instagram-webhook", () => {
  it("is an owner's to set, and shows neither of the two again", async () => {
    const given = { app_secret: SECRET, verify_token: TOKEN };
    const { status, body } = await world.owner.api.put(HOOK, given);
    expect(status).toBe(200);
    expect(Object.keys(body).toSorted()).toEqual(["created_at", "org_id", "updated_at", "version"]);
    expect((await world.editor.api.put(HOOK, given)).status).toBe(403);
    expect((await world.owner.api.put(HOOK, { ...given, app_secret: "short" })).problem).toMatchObject({ errors: [{ pointer: "/app_secret" }] });
  });
});

describe("GET /social/webhooks/instagram/{org_id}", () => {
  const ask = (query: Record<string, string>, to = path()) => world.client.request("GET", to, undefined, { query });
  it("answers the challenge as it came, to who knows the token", async () => {
    const reply = await ask({ "hub.mode": "subscribe", "hub.verify_token": TOKEN, "hub.challenge": "1158201444" });
    expect(reply.status).toBe(200);
    expect(reply.headers["content-type"]).toBe("text/plain; charset=utf-8");
    expect(reply.body).toBe("1158201444");
  });
  it("403 for another token, an org without one, and no org at all", async () => {
    const query = { "hub.mode": "subscribe", "hub.verify_token": "another-word-of-theirs", "hub.challenge": "1" };
    const other = await world.org();
    for (const to of [path(), path(other.org_id), path(world.ids.uuid())])
      expect((await ask(query, to)).problem).toMatchObject({ status: 403, code: "wrong_verify_token" });
  });
  it("400 for what is no subscription", async () => {
    expect((await ask({ "hub.verify_token": TOKEN })).status).toBe(400);
  });
});

describe("POST /social/webhooks/instagram/{org_id}", () => {
  it("takes the vector of a signature: secret, bytes and header as the network publishes them", async () => {
    const vector =
      '{"object":"instagram","entry":[{"id":"17841400000000001","time":1795168800,"changes":[{"field":"comments","value":{"id":"17900000000000001","text":"love this","from":{"id":"1234567890","username":"fan_1"},"media":{"id":"17890000000000001","media_product_type":"REELS"}}}]}]}';
    const headers = { "x-hub-signature-256": "sha256=7332a6974a7ca5732387178f977c93bb9bad7848db28a513b07712d42c41fc3d" };
    expect((await world.client.request("POST", path(), undefined, { raw: vector, headers })).status).toBe(204);
    expect(taken()).toMatchObject([{ type: IngestEvents.type, data: { events: [{ id: "17900000000000001" }] } }]);
  });
  it("204, and a comment is counted on its post, its hashtags sent on as mentions", async () => {
    const post = await world.post({ status: "published" });
    expect((await send(commentOf("179001", "#LegDay is #every day, #LegDay!", post.platform_post_id!))).status).toBe(204);
    const mentions = world.sent.find(({ envelope }) => envelope.type === RecordMentions.type)!.envelope.data;
    expect(mentions).toEqual({
      mentions: ["LegDay", "every"].map((topic) => ({
        id: `179001/hashtag/${topic}`,
        platform: "instagram",
        topic_type: "hashtag",
        topic,
        at: "2026-11-20T10:00:00.000Z",
        platform_user_id: "1234567890",
      })),
    });
    await world.drain(ingestEventsWorker);
    await world.count();
    expect(await world.counted(post.id)).toMatchObject({ comments: 1 });
    world.sent.length = 0;
  });
  it("takes the same bytes once", async () => {
    const post = await world.post({ status: "published" });
    const body = commentOf("179002", "again", post.platform_post_id!);
    expect((await send(body)).status).toBe(204);
    expect(taken().map(({ type }) => type)).toEqual([IngestEvents.type]);
    expect((await send(body)).status).toBe(204);
    expect(taken()).toEqual([]);
  });
  it("takes a change that stands in the entry itself, the older name of its id, and a mention of an account by its name", async () => {
    await SocialAccount.create(world.ctx, { org_id: world.org_id, platform: "instagram", external_id: "17841400000000001", username: "our.gym" });
    const entry = { id: "17841400000000001", time: 1_795_168_800 };
    const older = { ...entry, field: "comments", value: { comment_id: "179003", text: "old", media: { id: "1789" } } };
    const mention = {
      ...entry,
      changes: [
        { field: "mentions", value: { media_id: "555" } },
        { field: "story_insights", value: { reach: 3 } },
      ],
    };
    expect((await send({ object: "instagram", entry: [older, mention] })).status).toBe(204);
    const [events, mentions] = taken();
    expect(events!.data).toMatchObject({ events: [{ id: "179003", platform_post_id: "1789", event_type: "comment" }] });
    expect(mentions!.data).toMatchObject({ mentions: [{ id: "555/mention", topic_type: "mention", topic: "our.gym" }] });
  });
  it("401 for a signature of other bytes, another secret, none, and for an org that has set none", async () => {
    const body = commentOf("179004", "hello", "1789");
    const text = JSON.stringify(body);
    const other = await world.org();
    const attempts = [
      send(body, signatureOf(`${text} `)),
      send(body, signatureOf(text, "another secret")),
      send(body, {}),
      send(body, signatureOf(text), path(other.org_id)),
    ];
    for (const reply of await Promise.all(attempts)) expect(reply.problem).toMatchObject({ status: 401, code: "bad_signature" });
    expect(taken()).toEqual([]);
  });
});
