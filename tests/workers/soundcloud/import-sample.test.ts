import { readFile } from "node:fs/promises";
import { parse } from "csv-parse/sync";
import { beforeAll, describe, expect, it } from "vitest";
import { processImportWorker } from "../../../functions/soundcloud/process-import.worker.ts";
import type { ImportRow } from "../../../shared/soundcloud/import/import-row.ts";
import type { Client } from "../../../shared/soundcloud/party/client.ts";
import type { Salesperson } from "../../../shared/soundcloud/party/salesperson.ts";
import type { Submission } from "../../../shared/soundcloud/submission/submission.ts";
import { dumpSoundcloud } from "../../support/soundcloud.ts";
import { type ImportWorld, SAMPLE, importWorld, sample, uploadStore } from "./import-world.ts";

const store = uploadStore();
let world: ImportWorld;
let result: any;
let rows: ImportRow[];
let stored: Awaited<ReturnType<ImportWorld["stored"]>>;
let key: Record<string, string>[];
let bySubmission: Map<string, Submission>;
let clients: Map<string, Client>;
let salespersons: Map<string, Salesperson>;

beforeAll(async () => {
  world = await importWorld(store());
  const began = performance.now();
  result = await world.run(await sample());
  process.stderr.write(`sample import: ${Math.round(2_149_000 / (performance.now() - began))} rows/s\n`);
  rows = await world.rows(result.id);
  stored = await world.stored();
  key = parse(await readFile(`${SAMPLE}.key.csv`), { columns: true, bom: true });
  bySubmission = new Map(stored.submissions.map((one) => [one.id, one]));
  clients = new Map(stored.clients.map((one) => [one.id, one]));
  salespersons = new Map(stored.salespersons.map((one) => [one.id, one]));
}, 120_000);

const opened = async ({ id, track_url, secret_token }: Submission): Promise<string> =>
  secret_token === undefined
    ? track_url
    : `${track_url}/${await world.ctx.vault.open(world.ctx, secret_token, { org_id: world.org_id, entity: "Submission", id, field: "secret_token" })}`;

describe("the sample export, uploaded and read by the worker", () => {
  it("agrees with the answer key on the outcome of every row", () => {
    const expected = key.map(({ row, expected: outcome, reason, duplicate_of_row }) => ({
      row: Number(row),
      outcome: outcome === "import" ? "imported" : "skipped",
      reason: reason || undefined,
      duplicate_of_row: duplicate_of_row ? Number(duplicate_of_row) : undefined,
    }));
    expect(rows.map(({ row, outcome, reason, duplicate_of_row }) => ({ row, outcome, reason, duplicate_of_row }))).toEqual(expected);
  });

  it("agrees with the answer key on every value of the submissions that the rows became", async () => {
    const imported = rows.filter(({ outcome }) => outcome === "imported");
    const values = imported.map(async ({ row, submission_id, parsed }) => {
      const submission = bySubmission.get(submission_id!)!;
      return {
        row: String(row),
        url: await opened(submission),
        slug: parsed?.slug ?? "",
        client: clients.get(submission.client_id!)!.name_key,
        emails: submission.contact_emails!.join(";"),
        service_type: submission.service_type ?? "",
        genre_family: submission.family ?? "",
        submit_date: (parsed?.submit_date as string | undefined) ?? "",
        start_date: submission.start_date ?? "",
        end_date: submission.end_date ?? "",
        goal: submission.goal_plays === undefined ? "" : String(submission.goal_plays),
        price_usd: submission.price_usd ?? "",
        salesperson: submission.salesperson_id === undefined ? "" : salespersons.get(submission.salesperson_id)!.name_key,
      };
    });
    const expected = key
      .filter((row) => row.expected === "import")
      .map(({ expected: _, reason: __, also_accept: ___, duplicate_of_row: ____, flags: _____, ...columns }) => columns);
    expect(await Promise.all(values)).toEqual(expected);
  });

  it("shows of each row the values that were read, and of its items the same", () => {
    for (const { outcome, parsed, submission_id, client_id } of rows) {
      if (outcome !== "imported") continue;
      const { track_url, price_usd, goal_plays, start_date, client_id: owner } = bySubmission.get(submission_id!)!;
      expect({ track_url, price_usd, goal_plays, start_date, owner }).toEqual({
        track_url: parsed!.track_url,
        price_usd: parsed!.price_usd,
        goal_plays: parsed!.goal_plays,
        start_date: parsed!.start_date,
        owner: client_id,
      });
    }
  });

  it("adds up as the summary says", async () => {
    const summary = JSON.parse(await readFile(`${SAMPLE}.summary.json`, "utf8"));
    expect(result).toMatchObject({
      status: "completed",
      total_records: summary.rows,
      successful_imports: summary.imported,
      skipped: summary.skipped,
      failed_imports: 0,
      skipped_by_reason: summary.skipped_by_reason,
      progress: { rows: summary.rows, percent: 100, bytes_read: result.size },
      success_rate: 0.4025,
      success_rate_without_duplicates_and_tests: 0.4822,
      import_data: { delimiter: ",", ignored_columns: ["Remaining", "Invoice", "Receipts", "Last Modified"], repeated_columns: [] },
      errors: [],
    });
    expect(result.warnings).toBe(rows.reduce((sum, { warnings }) => sum + warnings.length, 0));
    expect([stored.submissions.length, stored.clients.length, stored.salespersons.length]).toEqual([
      summary.imported,
      summary.distinct_clients,
      summary.distinct_salespersons,
    ]);
    expect((await world.events()).filter(({ type }) => type.includes("import-completed"))).toMatchObject([
      { data: { import_id: result.id, status: "completed", successful_imports: 865, skipped: 1284, failed_imports: 0 } },
    ]);
  });

  it("makes demand only of open, approved work for the repost network, from the day of the import", () => {
    const today = result.started_at.slice(0, 10);
    for (const submission of stored.submissions) {
      const { status, closed_at, service_type, demand_since, track_kind, source_status = "" } = submission;
      const flagged = !["track", "private"].includes(track_kind);
      const isClosed = /^(complete|completed|cancelled|canceled)$/i.test(source_status);
      const isApproved = /^(ready|active)$/i.test(source_status);
      expect(closed_at !== undefined).toBe(isClosed);
      expect(status).toBe(flagged ? "qa_flag" : isClosed || isApproved ? "approved" : "pending");
      expect(demand_since).toBe(isApproved && !flagged && service_type === "repost_network" ? today : undefined);
    }
    expect(stored.submissions.filter(({ demand_since }) => demand_since).length).toBeGreaterThan(0);
  });

  it("matches by the org's own genres", () => {
    const { genre_family_id } = world.genre("Rock");
    const rock = stored.submissions.filter(({ family }) => family === "Rock");
    expect(rock.length).toBe(66);
    expect(rock.every(({ genre_pairs }) => genre_pairs.length === 1 && genre_pairs[0]!.startsWith(`${genre_family_id}/`))).toBe(true);
    expect(stored.submissions.every(({ family, genre_pairs }) => (family === undefined) === (genre_pairs.length === 0))).toBe(true);
  });

  it("keeps no secret token in clear anywhere in the table", async () => {
    const tokens = await Promise.all(stored.submissions.filter(({ secret_token }) => secret_token).map(opened));
    const text = await dumpSoundcloud(world);
    expect(tokens.length).toBeGreaterThan(0);
    for (const url of tokens) expect(text).not.toContain(url.split("/").at(-1));
  });

  it("imported again, changes nothing and names what each row is a duplicate of", async () => {
    const again = await world.run(await sample());
    const repeated = await world.rows(again.id);
    expect(again).toMatchObject({
      status: "completed",
      total_records: 2149,
      successful_imports: 0,
      skipped: 2149,
      failed_imports: 0,
      skipped_by_reason: { duplicate: 865 + 268, missing_track_url: 742, non_soundcloud_url: 187, test_or_draft: 87 },
      success_rate: 0,
      success_rate_without_duplicates_and_tests: 0,
    });
    const first = new Map(rows.map(({ row, submission_id, duplicate_of_submission_id }) => [row, submission_id ?? duplicate_of_submission_id]));
    for (const { row, duplicate_of_submission_id, duplicate_of_row } of repeated)
      expect([duplicate_of_submission_id, duplicate_of_row]).toEqual([first.get(row), undefined]);
    const { imports: _, ...now } = await world.stored();
    const { imports: __, ...before } = stored;
    expect(now).toEqual(before);
  }, 120_000);

  it("is left alone by a message that comes late", async () => {
    expect(await world.deliver(processImportWorker, [world.command(result.id), world.command(result.id)])).toBe(0);
    expect((await world.moderator.api.get(`/soundcloud/imports/${result.id}`)).body).toEqual(result);
  });
});
