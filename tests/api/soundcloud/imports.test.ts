import { beforeAll, describe, expect, it } from "vitest";
import { ImportStarted } from "../../../events/soundcloud/import-started.v1.ts";
import { processImportWorker } from "../../../functions/soundcloud/process-import.worker.ts";
import type { SoundcloudOrg } from "../../support/soundcloud.ts";
import { type ImportWorld, importWorld, put, uploadStore } from "../../workers/soundcloud/import-world.ts";

const store = uploadStore();
let world: ImportWorld;
let other: SoundcloudOrg;
beforeAll(async () => {
  world = await importWorld(store());
  other = await world.org();
});

const CONTENT = "Track URL,Client\nhttps://soundcloud.com/a/b,Quiet Choir\nTBD,Quiet Choir\nhttps://soundcloud.com/a/b,quiet choir\n";
const announced = { kind: "campaigns", filename: "export.csv", size: CONTENT.length };
const unknown = "019e1b9a-7c00-7000-8000-0000000000ff";

describe("POST /soundcloud/imports", () => {
  it("201 with Location and a signed place below the org's id; nothing of the storage shows", async () => {
    const { status, body, headers } = await world.moderator.api.post("/soundcloud/imports", announced);
    expect(status).toBe(201);
    expect(headers["location"]).toBe(`/soundcloud/imports/${body.id}`);
    expect(body).toMatchObject({
      ...announced,
      status: "pending",
      dry_run: false,
      imported_by: world.moderator.user_id,
      progress: { rows: 0, percent: 0 },
      success_rate: null,
    });
    expect(body.upload_headers).toEqual({ "content-length": String(announced.size), "content-type": "text/csv" });
    const url = new URL(body.upload_url);
    expect(url.pathname).toBe(`/uploads/${world.org_id}/imports/${body.id}.csv`);
    expect(url.searchParams.get("X-Amz-SignedHeaders")).toContain("content-length");
    for (const hidden of ["upload_key", "upload_etag", "next_row"]) expect(body).not.toHaveProperty(hidden);
  });

  it("a repeat with the same key is the same import with a signature that works; another body 422", async () => {
    const first = await world.admin.api.post("/soundcloud/imports", announced, { key: "import-1" });
    const again = await world.admin.api.post("/soundcloud/imports", announced, { key: "import-1" });
    expect(again.headers["idempotency-replayed"]).toBe("true");
    expect({ ...again.body, upload_url: "" }).toEqual({ ...first.body, upload_url: "" });
    await put(again.body, Buffer.from(CONTENT));
    expect((await world.admin.api.post("/soundcloud/imports", { ...announced, size: 7 }, { key: "import-1" })).problem).toMatchObject({
      status: 422,
      code: "idempotency_key_reused",
    });
  });

  it("the name of the file has no say in where it is stored", async () => {
    const { body } = await world.moderator.api.post("/soundcloud/imports", { ...announced, filename: `../../${other.org_id}/imports/x.csv` });
    expect(new URL(body.upload_url).pathname).toBe(`/uploads/${world.org_id}/imports/${body.id}.csv`);
  });

  it("400 names every wrong field; 413 for a file that is too large, with its bound", async () => {
    const { problem } = await world.moderator.api.post("/soundcloud/imports", {
      kind: "tracks",
      filename: " ",
      size: 0,
      dry_run: "yes",
      upload_key: "x",
      status: "completed",
    });
    expect(problem).toMatchObject({ status: 400 });
    expect(problem.errors.map(({ pointer }) => pointer).toSorted()).toEqual(["/dry_run", "/filename", "/kind", "/size", "/status", "/upload_key"]);
    for (const size of [1.5, -1, "10", null, 1e20]) expect((await world.moderator.api.post("/soundcloud/imports", { ...announced, size })).status).toBe(400);
    expect((await world.moderator.api.post("/soundcloud/imports", { ...announced, size: 100_000_000 })).status).toBe(201);
    expect((await world.moderator.api.post("/soundcloud/imports", { ...announced, size: 100_000_001 })).problem).toMatchObject({
      status: 413,
      code: "file_too_large",
      errors: [{ pointer: "/size" }],
      detail: expect.stringContaining("100000000"),
    });
    expect((await world.moderator.api.post("/soundcloud/imports", undefined, { raw: `{"kind":"${"x".repeat(300_000)}"}` })).status).toBe(413);
  });

  it("403 for members, 401 for nobody; 429 after 60 in an hour, for that org alone", async () => {
    const busy = await world.org();
    const member = await busy.person("member@example.com", ["member"]);
    expect((await member.api.post("/soundcloud/imports", announced)).status).toBe(403);
    expect((await world.client.post("/soundcloud/imports", announced, { org: busy.org_id })).status).toBe(401);
    // A call counts whatever becomes of it, once its caller is known to be one of ops.
    for (let call = 1; call <= 60; call++) expect((await busy.moderator.api.post("/soundcloud/imports", {})).status).toBe(400);
    const refused = await busy.moderator.api.post("/soundcloud/imports", announced);
    expect(refused.problem).toMatchObject({ status: 429, code: "rate_limited" });
    expect(refused.headers["retry-after"]).toMatch(/^\d+$/);
    expect((await other.moderator.api.post("/soundcloud/imports", announced)).status).toBe(201);
  });
});

describe("POST /soundcloud/imports/{import_id}/start", () => {
  const create = async (): Promise<any> => (await world.moderator.api.post("/soundcloud/imports", announced)).body;

  it("422 before the upload and for another length; it stays pending", async () => {
    const made = await create();
    expect((await world.moderator.api.post(`/soundcloud/imports/${made.id}/start`)).problem).toMatchObject({ status: 422, code: "not_uploaded" });
    // This bucket checks no signatures, so that a wrong length gets through to it.
    await put(made, Buffer.from("short"));
    expect((await world.moderator.api.post(`/soundcloud/imports/${made.id}/start`)).problem).toMatchObject({
      status: 422,
      code: "size_mismatch",
      detail: expect.stringContaining("5 bytes"),
    });
    expect((await world.moderator.api.get(`/soundcloud/imports/${made.id}`)).body).toMatchObject({ status: "pending", version: 1 });
  });

  it("202; repeated while it runs it wakes the worker again; repeated after the end it does nothing", async () => {
    const made = await create();
    await put(made, Buffer.from(CONTENT));
    const [first, second] = await Promise.all([1, 2].map(() => world.moderator.api.post(`/soundcloud/imports/${made.id}/start`)));
    expect([first!.status, second!.status]).toEqual([202, 202]);
    expect(first!.body).toMatchObject({ status: "processing", version: 2, started_at: expect.any(String) });
    expect(second!.body).toEqual(first!.body);
    const starts = async () => (await world.events()).filter(({ type }) => type === ImportStarted.type).map(({ data }) => data);
    expect((await starts()).slice(-2)).toEqual([1, 2].map(() => ({ import_id: made.id })));
    const before = (await starts()).length;
    await world.drain(processImportWorker);
    const after = await world.moderator.api.post(`/soundcloud/imports/${made.id}/start`);
    expect(after).toMatchObject({ status: 202, body: { status: "completed", successful_imports: 1, skipped: 2 } });
    expect(await starts()).toHaveLength(before);
    expect(world.sent).toEqual([]);
  });
});

describe("GET /soundcloud/imports", () => {
  it("lists the latest first, in pages; reads one with its rates; pages its rows by outcome", async () => {
    const org = await world.org();
    const id = await world.upload(CONTENT, {}, org);
    await world.start(id, org);
    await world.drain(processImportWorker);
    world.clock.advance(1);
    const dry = await world.upload(CONTENT, { dry_run: true }, org);
    const first = await org.moderator.api.get("/soundcloud/imports", { query: { limit: 1 } });
    expect(first.body.items.map((item: any) => item.id)).toEqual([dry]);
    const second = await org.moderator.api.get("/soundcloud/imports", { query: { limit: 1, cursor: first.body.next_cursor } });
    expect(second.body.items.map((item: any) => item.id)).toEqual([id]);
    expect(second.body.items[0]).not.toHaveProperty("upload_key");
    const { body, headers } = await org.moderator.api.get(`/soundcloud/imports/${id}`);
    expect(body).toMatchObject({
      status: "completed",
      total_records: 3,
      success_rate: 0.3333,
      success_rate_without_duplicates_and_tests: 0.5,
      skipped_by_reason: { missing_track_url: 1, duplicate: 1 },
    });
    expect(headers["etag"]).toBe(`"${body.version}"`);

    const rows = (query: object) => org.moderator.api.get(`/soundcloud/imports/${id}/rows`, { query: query as Record<string, string> });
    const all = (await rows({})).body.items;
    expect(all.map(({ row, line, outcome, reason }: any) => [row, line, outcome, reason])).toEqual([
      [1, 2, "imported", undefined],
      [2, 3, "skipped", "missing_track_url"],
      [3, 4, "skipped", "duplicate"],
    ]);
    expect(all[1]).toMatchObject({ column: "track_url", value: "TBD" });
    expect(all[2]).toMatchObject({
      duplicate_of_row: 1,
      duplicate_of_submission_id: all[0].submission_id,
      column: "track_url",
      value: "https://soundcloud.com/a/b",
    });
    const page = await rows({ outcome: "skipped", limit: "1" });
    expect(page.body.items.map(({ row }: any) => row)).toEqual([2]);
    expect((await rows({ outcome: "skipped", limit: "1", cursor: page.body.next_cursor })).body.items.map(({ row }: any) => row)).toEqual([3]);
    expect((await rows({ outcome: "error" })).body).toEqual({ items: [], next_cursor: null });
    expect((await rows({ outcome: "lost" })).problem).toMatchObject({ status: 400, errors: [{ pointer: "/query/outcome" }] });
  });

  it("the same 404 for another org's import and for one that never was, on every route; 403 for members", async () => {
    const id = await world.upload(CONTENT);
    const member = await other.person("one@example.com", ["member"]);
    for (const [method, path] of [
      ["GET", ""],
      ["GET", "/rows"],
      ["POST", "/start"],
    ] as const) {
      const replies = await Promise.all([id, unknown, "no-id"].map((one) => other.moderator.api.request(method, `/soundcloud/imports/${one}${path}`)));
      expect(replies.map(({ status, body }) => [status, body.code])).toEqual(replies.map(() => [404, "not_found"]));
      expect((await member.api.request(method, `/soundcloud/imports/${id}${path}`)).status).toBe(403);
    }
    expect((await other.moderator.api.get("/soundcloud/imports")).body.items.some((item: any) => item.id === id)).toBe(false);
  });
});
