import { beforeAll, describe, expect, it } from "vitest";
import { processImportWorker } from "../../../functions/social/process-import.worker.ts";
import { MAX_FILE_BYTES } from "../../../shared/kernel/import/import-fields.ts";
import { MAX_RECEIVES } from "../../../shared/kernel/lambda.ts";
import { put, uploadStore } from "../../workers/soundcloud/import-world.ts";
import { type ImportsWorld, csvOf, importsWorld, likeAt } from "../../workers/social/imports-world.ts";

const store = uploadStore();
let world: ImportsWorld;
beforeAll(async () => {
  world = await importsWorld(store());
});
const key = () => ({ key: world.ids.uuid() });
const NEW = { kind: "events", filename: "likes.csv", size: 12 };

describe("POST /social/imports", () => {
  it("announces a file: where to put it, signed for exactly its bytes", async () => {
    const { status, headers, body } = await world.editor.api.post("/social/imports", NEW, key());
    expect([status, headers["location"]]).toEqual([201, `/social/imports/${body.id}`]);
    expect(body).toMatchObject({
      ...NEW,
      format: "csv",
      dry_run: false,
      status: "pending",
      imported_by: world.editor.user_id,
      progress: { rows: 0, bytes_read: 0, size: 12, percent: 0 },
      success_rate: null,
      upload_headers: { "content-length": "12", "content-type": "text/csv" },
    });
    for (const hidden of ["upload_key", "upload_etag", "next_row"]) expect(body).not.toHaveProperty(hidden);
    const lines = await world.editor.api.post("/social/imports", { ...NEW, format: "ndjson" }, key());
    expect(lines.body.upload_headers["content-type"]).toBe("application/x-ndjson");
  });

  it("413 for a file that is too large, 400 for another kind or format", async () => {
    const large = await world.editor.api.post("/social/imports", { ...NEW, size: MAX_FILE_BYTES + 1 }, key());
    expect([large.status, large.problem.code]).toEqual([413, "file_too_large"]);
    const other = await world.editor.api.post("/social/imports", { ...NEW, kind: "posts", format: "xlsx" }, key());
    expect([other.status, other.problem.errors.map(({ pointer }: { pointer: string }) => pointer)]).toEqual([400, ["/kind", "/format"]]);
  });

  it("is for editors and owners", async () => {
    expect((await world.viewer.api.post("/social/imports", NEW, key())).status).toBe(403);
    expect((await world.viewer.api.get("/social/imports")).status).toBe(403);
    expect((await world.owner.api.post("/social/imports", NEW, key())).status).toBe(201);
  });
});

describe("POST /social/imports/{import_id}/start", () => {
  it("422 before the file is there, and for one of another length", async () => {
    const { body } = await world.editor.api.post("/social/imports", NEW, key());
    const missing = await world.editor.api.post(`/social/imports/${body.id}/start`);
    expect([missing.status, missing.problem.code]).toEqual([422, "not_uploaded"]);
    await put(body, Buffer.from("123456789012"));
    expect((await world.editor.api.post(`/social/imports/${body.id}/start`)).status).toBe(202);
    await world.drain(processImportWorker);
  });

  it("resumes a failed import where it stood, and leaves a completed one alone", async () => {
    const org = await world.org();
    const post = await org.post({ status: "published" });
    const likes = Array.from({ length: 120 }, (_, n) => likeAt(post.id, n));
    const id = await world.upload(org, csvOf(likes));
    await world.start(org, id);
    world.sent.splice(0);
    await world.deliver(processImportWorker, [world.command(org, id)], { remaining_ms: 10_000 });
    world.sent.splice(0);
    // Its message is given up: the file cannot be read any more.
    const broken = { ...world.files, head: () => Promise.reject(new Error("no bucket")) };
    await processImportWorker.serve({ ...world.boot, ports: { ...world.ports, files: broken } })(
      { Records: [{ messageId: "1", body: world.command(org, id), attributes: { ApproximateReceiveCount: String(MAX_RECEIVES) } }] } as never,
      { getRemainingTimeInMillis: () => 300_000 } as never,
    );
    expect(await world.read(org, id)).toMatchObject({ status: "failed", total_records: 97, errors: [{ code: "internal_error" }] });
    await world.start(org, id);
    await world.drain(processImportWorker);
    const done = await world.read(org, id);
    expect(done).toMatchObject({ status: "completed", total_records: 120, successful_imports: 120, errors: [] });
    await world.start(org, id);
    expect(await world.read(org, id)).toEqual(done);
  });
});

describe("GET /social/imports", () => {
  it("lists the latest first, and an import's rows by outcome", async () => {
    const org = await world.org();
    const post = await org.post({ status: "published" });
    const first = await world.run(org, csvOf([likeAt(post.id, 1), likeAt(post.id, 2, { event_type: "applause" })]));
    world.clock.advance(1);
    const second = await world.run(org, csvOf([likeAt(post.id, 3)]));
    expect((await org.editor.api.get("/social/imports")).body.items.map(({ id }: { id: string }) => id)).toEqual([second.id, first.id]);
    const errors = await org.editor.api.get(`/social/imports/${first.id}/rows`, { query: { outcome: "error" } });
    expect(errors.body.items).toEqual([expect.objectContaining({ row: 2, line: 3, reason: "not_allowed", column: "event_type" })]);
    expect(errors.body.items[0]).not.toHaveProperty("expires_at");
    expect((await (await world.org()).editor.api.get(`/social/imports/${first.id}/rows`)).status).toBe(404);
  });
});
