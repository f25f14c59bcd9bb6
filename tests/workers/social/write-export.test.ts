import { parse } from "csv-parse/sync";
import { beforeAll, describe, expect, it } from "vitest";
import { WriteExport } from "../../../events/social/write-export.v1.ts";
import { conversionsApi } from "../../../functions/social/conversions.api.ts";
import { exportsApi } from "../../../functions/social/exports.api.ts";
import { personsApi } from "../../../functions/social/persons.api.ts";
import { writeExportWorker } from "../../../functions/social/write-export.worker.ts";
import type { Files } from "../../../shared/kernel/files/files.ts";
import { MAX_RECEIVES } from "../../../shared/kernel/lambda.ts";
import { withdrawExports } from "../../../shared/social/export/withdraw-exports.ts";
import { engages, somebody, touches } from "../../support/audience.ts";
import { serveRecorded } from "../../support/recorder/served.ts";
import { type SocialOrg, type SocialWorld, socialWorld } from "../../support/social.ts";
import { uploadStore } from "../soundcloud/import-world.ts";

const store = uploadStore();
let world: SocialWorld;
beforeAll(async () => {
  world = await socialWorld({ apis: [conversionsApi, exportsApi, personsApi], ports: { files: store() } });
});

type Row = Record<string, string>;
const rowsOf = (text: string): Row[] => parse(text, { columns: true });
const AT = "2026-11-10T09:00:00.000Z";
const order = async (org: SocialOrg, kind: string, format: string): Promise<string> => {
  const { status, headers, body } = await org.owner.api.post("/social/exports", { kind, format }, { key: world.ids.uuid() });
  expect([status, body.status, headers["location"]]).toEqual([202, "pending", `/social/exports/${body.id}`]);
  expect(body).not.toHaveProperty("file_key");
  return body.id;
};
const read = async (org: SocialOrg, id: string) => (await org.owner.api.get(`/social/exports/${id}`)).body;
const fetched = async (org: SocialOrg, id: string) => {
  await world.drain(writeExportWorker);
  const done = await read(org, id);
  expect(done).toMatchObject({ status: "completed", errors: [] });
  const reply = await fetch(done.download_url);
  const text = await reply.text();
  expect([reply.status, Buffer.byteLength(text)]).toEqual([200, done.size]);
  return { done, text, type: reply.headers.get("content-type") };
};
const buy = (org: SocialOrg, more: object) => {
  const body = { source: "shop", external_id: "order-1", conversion_type: "purchase", conversion_value: "40.00", conversion_at: AT, ...more };
  return org.editor.api.post("/social/conversions", body, { key: world.ids.uuid() });
};

describe("write-export of social", () => {
  it("conversions: in the order of their time, refunds with their sign, texts out of a spreadsheet's reach", async () => {
    const org = await world.org();
    const post = await org.post({ status: "published" });
    await engages(org, somebody("=1+1"), post.id, "like", "2026-11-09T09:00:00.000Z");
    const { body: bought } = await buy(org, somebody("=1+1"));
    const refund = await org.editor.api.post(`/social/conversions/${bought.id}/refund`, { amount: "0.50" }, { key: world.ids.uuid() });
    const { done, text, type } = await fetched(org, await order(org, "conversions", "csv"));
    expect([done.records, type]).toEqual([2, "text/csv; charset=utf-8"]);
    expect(rowsOf(text)).toEqual([
      expect.objectContaining({
        id: bought.id,
        external_id: "order-1",
        platform_user_id: "'=1+1",
        conversion_value: "40.00",
        post_id: post.id,
        time_to_conversion: "P1D",
        time_to_conversion_seconds: "86400",
        touchpoints: "1",
        refunded_value: "0.50",
        refund_of: "",
      }),
      expect.objectContaining({ id: refund.body.id, external_id: "", conversion_value: "-0.50", refund_of: bought.id }),
    ]);
    const { text: json } = await fetched(org, await order(org, "conversions", "json"));
    expect(JSON.parse(json)).toMatchObject({
      kind: "conversions",
      org_id: org.org_id,
      conversions: [{ id: bought.id, platform_user_id: "=1+1" }, { conversion_value: "-0.50" }],
    });
  });

  it("posts: of every status, each once, without deleted ones", async () => {
    const org = await world.org();
    const made = [
      await org.post({ caption: "@SUM(A1)", hashtags: ["fitness", "legday"] }),
      await org.post({ status: "published" }),
      await org.post({ status: "failed" }),
    ];
    await org.post({ deleted: true });
    const { done, text } = await fetched(org, await order(org, "posts", "csv"));
    const rows = rowsOf(text);
    expect([done.records, rows.map(({ id }) => id)]).toEqual([3, made.map(({ id }) => id)]);
    expect(rows[0]).toMatchObject({ caption: "'@SUM(A1)", hashtags: "fitness; legday", status: "draft", published_at: "" });
    expect(text).not.toContain("view_shards");
  });

  it("a person: events, touches and conversions, and of nobody else", async () => {
    const org = await world.org();
    const who = somebody("asks");
    const post = await org.post({ status: "published" });
    await engages(org, who, post.id, "comment", "2026-11-08T09:00:00.000Z");
    await touches(org, who, post.id, "website_click", "2026-11-09T09:00:00.000Z");
    await engages(org, somebody("other"), post.id, "like", "2026-11-08T09:00:00.000Z");
    const { body: bought } = await buy(org, who);
    await buy(org, { ...somebody("other"), external_id: "order-2" });
    const { status, body } = await org.owner.api.post("/social/persons/export", who, { key: world.ids.uuid() });
    expect([status, body]).toMatchObject([202, { kind: "person", format: "json", ...who }]);
    const { done, text } = await fetched(org, body.id);
    const file = JSON.parse(text);
    expect([done.records, Object.keys(file)]).toEqual([
      3,
      [
        "exported_at",
        "kind",
        "org_id",
        "platform",
        "platform_user_id",
        "engagement_events",
        "archived_engagement_events",
        "parked_events",
        "touches",
        "mentions",
        "flags",
        "social_conversions",
      ],
    ]);
    expect(file).toMatchObject({
      ...who,
      engagement_events: [{ event_type: "comment", platform_username: "name.of.asks", event_metadata: { text: "words of asks" } }],
      touches: [{ type: "website_click" }],
      social_conversions: [{ id: bought.id, conversion_value: "40.00" }],
    });
    expect(text).not.toContain("name.of.other");
  });

  it("is empty where there is nothing: a heading, or an empty list", async () => {
    const org = await world.org();
    expect((await fetched(org, await order(org, "conversions", "csv"))).text.split("\r\n").length).toBe(2);
    expect(JSON.parse((await fetched(org, await order(org, "posts", "json"))).text).posts).toEqual([]);
  });

  it("a second delivery changes nothing, a poisoned message fails alone", async () => {
    const org = await world.org();
    const id = await order(org, "posts", "csv");
    const message = org.message(WriteExport, { export_id: id });
    expect(await world.deliver(writeExportWorker, ["{", message])).toBe(1);
    const { version } = await read(org, id);
    expect(await world.deliver(writeExportWorker, [message])).toBe(0);
    expect(await read(org, id)).toMatchObject({ version, status: "completed" });
    await world.purge(writeExportWorker);
  });

  it("fails with its last delivery or for want of time, and is written when it is handed out again", async () => {
    const org = await world.org();
    for (const at of [1, 2]) await org.post({ caption: `Post ${at}` });
    const id = await order(org, "posts", "csv");
    await world.purge(writeExportWorker);
    const broken: Files = {
      ...store(),
      write: async () => {
        throw new Error("the connection is gone");
      },
    };
    const deliver = async (files: Files, received: number, remaining_ms = 60_000): Promise<number> => {
      const Records = [{ messageId: "1", body: org.message(WriteExport, { export_id: id }), attributes: { ApproximateReceiveCount: String(received) } }];
      const serve = serveRecorded(writeExportWorker, { ...world.boot, ports: { files } });
      return (await serve({ Records } as never, { getRemainingTimeInMillis: () => remaining_ms })).batchItemFailures.length;
    };
    expect([await deliver(broken, 1), (await read(org, id)).status]).toEqual([1, "processing"]);
    expect([await deliver(broken, MAX_RECEIVES), await read(org, id)]).toMatchObject([1, { status: "failed", errors: [{ code: "internal_error" }] }]);
    expect([await deliver(store(), 1, 14_000), await read(org, id)]).toMatchObject([0, { status: "failed", errors: [{ code: "out_of_time" }] }]);
    expect([await deliver(store(), 1), await read(org, id)]).toMatchObject([0, { status: "completed", errors: [], records: 2 }]);
  });
});

describe("an erasure while the file is written", () => {
  it("leaves no file and a failed export, and what is handed out again afterwards writes none", async () => {
    const org = await world.org();
    const who = somebody("leaves");
    const post = await org.post({ status: "published" });
    await engages(org, who, post.id, "like", AT);
    const { body } = await org.owner.api.post("/social/persons/export", who, { key: world.ids.uuid() });
    await world.purge(writeExportWorker);
    const written: string[] = [];
    const files: Files = {
      ...store(),
      write: async (key, content, terms) => {
        const size = await store().write(key, content, terms);
        written.push(key);
        await withdrawExports({ ...org.ctx, files: store() }, who);
        return size;
      },
    };
    const deliver = async (): Promise<number> => {
      const Records = [{ messageId: "1", body: org.message(WriteExport, { export_id: body.id }), attributes: { ApproximateReceiveCount: "1" } }];
      const serve = serveRecorded(writeExportWorker, { ...world.boot, ports: { files } });
      return (await serve({ Records } as never, { getRemainingTimeInMillis: () => 60_000 })).batchItemFailures.length;
    };
    for (let delivery = 0; delivery < 2; delivery++) {
      expect(await deliver()).toBe(0);
      expect(await read(org, body.id)).toMatchObject({ status: "failed", errors: [{ code: "person_erased" }] });
      expect(await store().head(written[0]!)).toBeUndefined();
    }
    expect(written).toHaveLength(1);
  });
});

describe("GET /social/exports", () => {
  it("shows owners what is there, and nobody what is over", async () => {
    const org = await world.org();
    const first = await order(org, "posts", "csv");
    world.clock.advance(1);
    const second = await order(org, "conversions", "json");
    await world.purge(writeExportWorker);
    const listed = async () => (await org.owner.api.get("/social/exports")).body.items.map(({ id }: { id: string }) => id);
    expect(await listed()).toEqual([second, first]);
    expect((await org.editor.api.get("/social/exports")).status).toBe(403);
    expect((await (await world.org()).owner.api.get(`/social/exports/${first}`)).status).toBe(404);
    world.clock.advance(7 * 86_400_000);
    expect(await listed()).toEqual([]);
    expect((await org.owner.api.get(`/social/exports/${second}`)).status).toBe(404);
  });
});
