import { beforeAll, describe, expect, it } from "vitest";
import { processImportWorker } from "../../../functions/soundcloud/process-import.worker.ts";
import type { Files } from "../../../shared/kernel/files/files.ts";
import { Client } from "../../../shared/soundcloud/party/client.ts";
import { createSubmission } from "../../../shared/soundcloud/submission/create-submission.ts";
import type { SoundcloudOrg } from "../../support/soundcloud.ts";
import { HEADINGS, MIXED, csv, line } from "./import-files.ts";
import { type ImportWorld, importState, importWorld, sample, uploadStore } from "./import-world.ts";

const store = uploadStore();
let world: ImportWorld;
beforeAll(async () => {
  world = await importWorld(store());
});

const handOver = (body: string): Promise<number> => world.deliver(processImportWorker, [body]);

const begun = async (content: string | Uint8Array, more: object = {}): Promise<{ org: SoundcloudOrg; id: string }> => {
  const org = await world.org();
  const id = await world.upload(content, more, org);
  await world.start(id, org);
  world.sent.length = 0;
  return { org, id };
};

describe("process-import, interrupted", () => {
  it("goes on by new messages when its time runs short", async () => {
    const whole = await begun(MIXED);
    expect(await handOver(world.command(whole.id, whole.org))).toBe(0);
    const { org, id } = await begun(MIXED);
    world.sent.push({
      envelope: { id, type: "soundcloud.process-import.v1", org_id: org.org_id, at: "", data: {} },
      body: world.command(id, org),
      delay_s: undefined,
    });
    const messages = await world.drain(processImportWorker, { remaining_ms: 10_000 });
    expect(messages).toBeGreaterThan(1);
    expect(await importState(world, org, id)).toEqual(await importState(world, whole.org, whole.id));
  });

  it("counts once when two workers read the same import at a time", async () => {
    const { org, id } = await begun(MIXED);
    const body = world.command(id, org);
    await Promise.all([handOver(body), handOver(body)]);
    while ((await handOver(body)) > 0);
    const once = await begun(MIXED);
    await handOver(world.command(once.id, once.org));
    expect(await importState(world, org, id)).toEqual(await importState(world, once.org, once.id));
  }, 60_000);

  it("shares the rows between two imports of one file at a time, and makes none twice", async () => {
    const content = await sample(120);
    const { org, id } = await begun(content);
    const other = await world.upload(content, {}, org);
    await world.start(other, org);
    const bodies = [id, other].map((import_id) => world.command(import_id, org));
    await Promise.all(
      bodies.map(async (body) => {
        while ((await handOver(body)) > 0);
      }),
    );
    const { submissions, clients, imports } = await world.stored(org);
    const [one, two] = [await world.rows(id, org), await world.rows(other, org)];
    const alone = await begun(content);
    await handOver(world.command(alone.id, alone.org));
    const expected = await world.stored(alone.org);
    expect(imports.map(({ status, total_records }) => [status, total_records])).toEqual([
      ["completed", one.length],
      ["completed", one.length],
    ]);
    expect(imports.reduce((sum, { successful_imports }) => sum + successful_imports, 0)).toBe(expected.submissions.length);
    expect(submissions.map(({ track_url }) => track_url).toSorted()).toEqual(expected.submissions.map(({ track_url }) => track_url).toSorted());
    expect(clients.map(({ name_key }) => name_key)).toEqual(expected.clients.map(({ name_key }) => name_key));
    const ids = new Set(submissions.map((submission) => submission.id));
    for (const { reason, duplicate_of_submission_id } of [...one, ...two]) if (reason === "duplicate") expect(ids.has(duplicate_of_submission_id!)).toBe(true);
  }, 120_000);
});

describe("process-import, rows", () => {
  it("tells what a row that cannot be stored breaks, and takes its neighbours", async () => {
    const result = await world.run(csv(line(1), `https://soundcloud.com/${"a".repeat(1001)},Client 1,,,,,,`, line(2)));
    expect(result).toMatchObject({ status: "completed", total_records: 3, successful_imports: 2, failed_imports: 1 });
    expect((await world.rows(result.id))[1]).toMatchObject({ row: 2, line: 3, outcome: "error", reason: "track_url_too_long", column: "track_url" });
  });

  it("takes a submission that was made by hand as the one the row is a duplicate of", async () => {
    const client = await world.clientOf("Hand Made");
    const by_hand = await createSubmission(world.ctx, {
      track_url: "https://soundcloud.com/hand/made",
      client_id: client.id,
      subgenres: [],
      need_live_link: false,
    });
    const result = await world.run(csv("https://soundcloud.com/hand/made?si=1,hand  made,,,,,,", "https://soundcloud.com/hand/other,Hand Made,,,,,,"));
    expect(result).toMatchObject({ successful_imports: 1, skipped_by_reason: { duplicate: 1 } });
    const [first, second] = await world.rows(result.id);
    expect(first).toMatchObject({ reason: "duplicate", duplicate_of_submission_id: by_hand.id });
    expect(first!.duplicate_of_row).toBeUndefined();
    expect(second).toMatchObject({ outcome: "imported", client_id: client.id });
  });

  it("knows the rows of a client who was renamed: the same file again changes nothing", async () => {
    const content = csv("https://soundcloud.com/renamed/one,Old Name,,,,,,");
    const [row] = await world.rows((await world.run(content)).id);
    await Client.patch(world.ctx, { org_id: world.org_id, id: row!.client_id! }, { name: "New Name", name_key: "new name" });
    const again = await world.run(content);
    expect(again).toMatchObject({ successful_imports: 0, skipped_by_reason: { duplicate: 1 } });
    expect((await world.rows(again.id))[0]).toMatchObject({ duplicate_of_submission_id: row!.submission_id });
  });

  it("dry run: the outcomes of the real one, and nothing else is made", async () => {
    const { org, id } = await begun(MIXED, { dry_run: true });
    world.sent.push({
      envelope: { id, type: "soundcloud.process-import.v1", org_id: org.org_id, at: "", data: {} },
      body: world.command(id, org),
      delay_s: undefined,
    });
    expect(await world.drain(processImportWorker, { remaining_ms: 10_000 })).toBeGreaterThanOrEqual(1);
    const real = await begun(MIXED);
    await handOver(world.command(real.id, real.org));
    const outcomes = async (made: typeof real) =>
      (await world.rows(made.id, made.org)).map(({ row, outcome, reason, parsed, duplicate_of_row }) => ({ row, outcome, reason, parsed, duplicate_of_row }));
    expect(await outcomes({ org, id })).toEqual(await outcomes(real));
    expect(await world.stored(org)).toMatchObject({ submissions: [], clients: [], salespersons: [] });
  });

  it("a dry run finds duplicates over the whole file, also when it was interrupted", async () => {
    const lines = Array.from({ length: 30 }, (_, n) => line(n, `Client ${n}`));
    const { org, id } = await begun(csv(...lines, ...lines), { dry_run: true });
    world.sent.push({
      envelope: { id, type: "soundcloud.process-import.v1", org_id: org.org_id, at: "", data: {} },
      body: world.command(id, org),
      delay_s: undefined,
    });
    expect(await world.drain(processImportWorker, { remaining_ms: 10_000 })).toBeGreaterThan(1);
    const rows = await world.rows(id, org);
    expect(rows.map(({ duplicate_of_row }) => duplicate_of_row)).toEqual([...lines.map(() => undefined), ...lines.map((_, n) => n + 1)]);
  });
});

describe("process-import, files", () => {
  it.each([
    ["without a needed column", "Song,Client\na,b", "missing_column", /Track URL/],
    ["that is a spreadsheet", "PK\u0003\u0004rest", "not_csv", /spreadsheet/],
    ["of blank lines", "\r\n\r\n", "empty_file", /no rows/],
    ["in UTF-16", Buffer.from("\uFEFFTrack URL,Client\n", "utf16le"), "unsupported_encoding", /UTF-8/],
  ])("a file %s fails the import with the reason, at once", async (_, content, code, detail) => {
    const result = await world.run(content);
    expect(result).toMatchObject({ status: "failed", total_records: 0, errors: [{ code, detail: expect.stringMatching(detail) }] });
    expect((await world.events()).at(-1)).toMatchObject({ type: "soundcloud.import-completed.v1", data: { import_id: result.id, status: "failed" } });
  });

  it("of headings alone completes with no rows", async () => {
    expect(await world.run(HEADINGS)).toMatchObject({ status: "completed", total_records: 0, success_rate: null, progress: { percent: 100 } });
  });

  it("that was replaced after the start is not read; started again before its first row, the import takes the new one", async () => {
    const { org, id } = await begun(csv(line(1)));
    const { body } = await org.moderator.api.get(`/soundcloud/imports/${id}`);
    const { files } = world.ports as typeof world.ports & { files: Files };
    const { url } = await files.presignPut(`${org.org_id}/imports/${id}.csv`, { length: body.size, content_type: "text/csv", expires_s: 60 });
    await fetch(url, { method: "PUT", body: csv(line(2)), headers: { "content-type": "text/csv" } });
    await handOver(world.command(id, org));
    expect((await org.moderator.api.get(`/soundcloud/imports/${id}`)).body).toMatchObject({ status: "failed", errors: [{ code: "file_changed" }] });
    await world.start(id, org);
    await world.drain(processImportWorker);
    expect((await org.moderator.api.get(`/soundcloud/imports/${id}`)).body).toMatchObject({ status: "completed", successful_imports: 1, errors: [] });
  });

  it("an import of another org is not to be found", async () => {
    const { id } = await begun(csv(line(1)));
    expect(await world.deliver(processImportWorker, [world.command(id)])).toBe(1);
    expect(world.log.lines.at(-1)).toMatchObject({ message: "command failed", fields: { code: "not_found" } });
  });
});
