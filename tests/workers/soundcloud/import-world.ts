import { readFile } from "node:fs/promises";
import { startFauxqs } from "fauxqs";
import { afterAll, beforeAll } from "vitest";
import { ProcessImport } from "../../../events/soundcloud/process-import.v1.ts";
import { importsApi } from "../../../functions/soundcloud/imports.api.ts";
import { processImportWorker } from "../../../functions/soundcloud/process-import.worker.ts";
import type { Files } from "../../../shared/kernel/files/files.ts";
import { openFiles } from "../../../shared/kernel/files/s3.ts";
import { every } from "../../../shared/kernel/table/every.ts";
import { ImportRow } from "../../../shared/soundcloud/import/import-row.ts";
import { Import } from "../../../shared/soundcloud/import/import.ts";
import { Member } from "../../../shared/soundcloud/member/member.ts";
import { Client } from "../../../shared/soundcloud/party/client.ts";
import { Salesperson } from "../../../shared/soundcloud/party/salesperson.ts";
import { Submission } from "../../../shared/soundcloud/submission/submission.ts";
import { type SoundcloudOrg, soundcloudWorld } from "../../support/soundcloud.ts";
import type { WorldOptions } from "../../support/world.ts";

const BUCKET = "uploads";
export const SAMPLE = "tests/fixtures/import/SoundCloud-All Campaigns";

/** A bucket; `stop` ends its server. */
export const startUploads = async (): Promise<{ files: Files; stop(): Promise<void> }> => {
  const server = await startFauxqs({ port: 0, logger: false });
  server.createBucket(BUCKET);
  const client = { endpoint: `http://127.0.0.1:${server.port}`, region: "us-east-1", credentials: { accessKeyId: "test", secretAccessKey: "test" } };
  return { files: openFiles({ env: () => BUCKET }, client), stop: () => server.stop() };
};

/** A bucket for the tests of one file; `store()` is there once they run. */
export const uploadStore = (): (() => Files) => {
  let uploads: Awaited<ReturnType<typeof startUploads>>;
  beforeAll(async () => {
    uploads = await startUploads();
  });
  afterAll(() => uploads.stop());
  return () => uploads.files;
};

export const put = async (upload: { upload_url: string; upload_headers: Record<string, string> }, content: Uint8Array<ArrayBuffer>): Promise<void> => {
  const { status } = await fetch(upload.upload_url, { method: "PUT", body: content, headers: { "content-type": upload.upload_headers["content-type"]! } });
  if (status !== 200) throw new Error(`The upload was answered with ${status}.`);
};

/** The repost network with its import over HTTP, a real bucket and the real worker. */
export const importWorld = async (files: Files, options: WorldOptions = {}) => {
  const world = await soundcloudWorld({ ...options, apis: [importsApi], ports: { files, ...options.ports } });

  const upload = async (content: string | Uint8Array, more: object = {}, org: SoundcloudOrg = world): Promise<string> => {
    const bytes = Buffer.from(content);
    const { status, body } = await org.moderator.api.post("/soundcloud/imports", { kind: "campaigns", filename: "export.csv", size: bytes.length, ...more });
    if (status !== 201) throw new Error(JSON.stringify(body));
    await put(body, bytes);
    return body.id;
  };
  const start = async (id: string, org: SoundcloudOrg = world): Promise<void> => {
    const { status, body } = await org.moderator.api.post(`/soundcloud/imports/${id}/start`);
    if (status !== 202) throw new Error(JSON.stringify(body));
  };
  /** Uploads, starts and reads to the end; gives the import as the API shows it. */
  const run = async (content: string | Uint8Array, more: object = {}): Promise<any> => {
    const id = await upload(content, more);
    await start(id);
    await world.drain(processImportWorker);
    return (await world.moderator.api.get(`/soundcloud/imports/${id}`)).body;
  };
  const rows = (import_id: string, org: SoundcloudOrg = world): Promise<ImportRow[]> =>
    Array.fromAsync(every((page) => ImportRow.list(org.ctx, { org_id: org.org_id, import_id }, page)));
  const stored = async (org: SoundcloudOrg = world) => {
    const { ctx, org_id } = org;
    const imports = await Array.fromAsync(every((page) => Import.query.all(ctx, { org_id }, page)));
    const found = await Array.fromAsync(["new", "pending", "approved", "rejected", "qa_flag"] as const, (status): Promise<Submission[]> =>
      Array.fromAsync(every((page) => Submission.query.byStatus(ctx, { org_id, status }, page))),
    );
    return {
      imports,
      submissions: found.flat().toSorted((a, b) => a.import_row! - b.import_row!),
      clients: await Array.fromAsync(every((page) => Client.query.byName(ctx, { org_id }, page))),
      salespersons: await Array.fromAsync(every((page) => Salesperson.query.byName(ctx, { org_id }, page))),
      members: await Array.fromAsync(every((page) => Member.query.all(ctx, { org_id }, page))),
    };
  };
  const command = (import_id: string, org: SoundcloudOrg = world): string => org.message(ProcessImport, { import_id });
  return { ...world, upload, start, run, rows, stored, command };
};
export type ImportWorld = Awaited<ReturnType<typeof importWorld>>;

/** What an org holds, told by natural keys: equal for two imports of the same file, whatever their ids. */
export const importState = async (world: ImportWorld, org: SoundcloudOrg, import_id: string): Promise<object> => {
  const { submissions, clients, salespersons, imports } = await world.stored(org);
  const nameOf = (id: string | undefined): string | undefined => [...clients, ...salespersons].find((one) => one.id === id)?.name;
  const rowOf = (id: string | undefined): number | undefined => submissions.find((one) => one.id === id)?.import_row;
  const rows = await world.rows(import_id, org);
  const { status, next_row, total_records, successful_imports, skipped, failed_imports, skipped_by_reason, warnings, errors } = imports.find(
    ({ id }) => id === import_id,
  )!;
  return {
    import: { status, next_row, total_records, successful_imports, skipped, failed_imports, skipped_by_reason, warnings, errors },
    rows: rows.map(({ row, line: at, outcome, reason, submission_id, duplicate_of_row, duplicate_of_submission_id }) => ({
      row,
      at,
      outcome,
      reason,
      made: rowOf(submission_id),
      duplicate_of_row,
      duplicate_of: rowOf(duplicate_of_submission_id),
    })),
    submissions: submissions.map(({ import_row, track_url, status: standing, client_id, salesperson_id, secret_token, demand_since }) => ({
      import_row,
      track_url,
      standing,
      client: nameOf(client_id),
      salesperson: nameOf(salesperson_id),
      sealed: secret_token !== undefined,
      demand_since,
    })),
    clients: clients.map(({ name }) => name),
    salespersons: salespersons.map(({ name }) => name),
    completed: (await org.events()).filter(({ type }) => type.includes("import-completed")).length,
  };
};

/** The heading and the first rows of the sample, as bytes. */
export const sample = async (lines?: number): Promise<Buffer> => {
  const whole = await readFile(`${SAMPLE}.csv`);
  return lines === undefined
    ? whole
    : Buffer.from(
        whole
          .toString("utf8")
          .split("\r\n")
          .slice(0, lines + 1)
          .join("\r\n"),
      );
};
