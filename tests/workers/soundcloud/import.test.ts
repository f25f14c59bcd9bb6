import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import { beforeAll, describe, expect, it } from "vitest";
import { processImportWorker } from "../../../functions/soundcloud/process-import.worker.ts";
import type { Files } from "../../../shared/kernel/files/files.ts";
import type { Database } from "../../../shared/kernel/table/database.ts";
import { Client } from "../../../shared/soundcloud/party/client.ts";
import { createSubmission } from "../../../shared/soundcloud/submission/create-submission.ts";
import { Import } from "../../../shared/soundcloud/import/import.ts";
import { serveRecorded } from "../../support/recorder/served.ts";
import type { SoundcloudOrg } from "../../support/soundcloud.ts";
import { type ImportWorld, importWorld, sample, uploadStore } from "./import-world.ts";

const store = uploadStore();
let world: ImportWorld;
beforeAll(async () => {
  world = await importWorld(store());
});

const HEADINGS = "Track URL,Client,Service Type,Genre,Status,Salesperson,Sale Price,Submit Date";
const line = (n: number, client = `Client ${n % 3}`): string =>
  `https://soundcloud.com/band-${n}/song-${n},${client},Repost Network,House,Active,Ann Reyes,$250,2024-01-02`;
const csv = (...lines: string[]): string => [HEADINGS, ...lines].join("\r\n");
/** Some of everything: imported, duplicates in the file, a private link, refused rows, a row that cannot be stored. */
const MIXED = csv(
  ...Array.from({ length: 16 }, (_, n) => line(n)),
  line(3),
  "https://soundcloud.com/band-x/secret/s-AbCdEfGh123,Client 1,Repost Network,House,Ready,Ann Reyes,,",
  "https://soundcloud.com/band-x/sets/all,Client 1,Repost Network,House,Ready,Bo Lind,,",
  "TBD,Client 1,,,,,,",
  "https://example.com/x,Client 1,,,,,,",
  `https://soundcloud.com/band-y/song,${"n".repeat(201)},,,,,,`,
  ...Array.from({ length: 4 }, (_, n) => line(100 + n)),
  "https://soundcloud.com/band-z/song,Client 2,Plays Playlist,Rock,Complete,Bo Lind,100,2023-05-05",
);

/** What an org holds, told by natural keys: equal for two imports of the same file, whatever their ids. */
const stateOf = async (org: SoundcloudOrg, import_id: string): Promise<unknown> => {
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

/** A worker whose calls to the outside go through `gate`, which may fail one. */
const gated = (gate: <T>(call: () => Promise<T>) => Promise<T>) => {
  const through = <P extends object>(port: P): P =>
    new Proxy(port, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name);
        return typeof member === "function" && name !== "isCurrent"
          ? (...args: unknown[]) => gate(() => member.apply(target, args) as Promise<unknown>)
          : member;
      },
    });
  const db: Database = { physical: world.db.physical, send: (op, pattern, input) => gate(() => world.db.send(op, pattern, input)) };
  const { files, vault, commands } = world.ports as typeof world.ports & { files: Files };
  return serveRecorded(processImportWorker, { ...world.boot, db, ports: { files: through(files), vault: through(vault), commands: through(commands) } });
};
const handOver = async (serve: ReturnType<typeof gated>, body: string, remaining_ms = 60_000): Promise<number> => {
  const event = { Records: [{ messageId: "1", body, attributes: { ApproximateReceiveCount: "1" } }] } as unknown as SQSEvent;
  const reply: SQSBatchResponse = await serve(event, { getRemainingTimeInMillis: () => remaining_ms });
  return reply.batchItemFailures.length;
};

const begun = async (content: string | Uint8Array, more: object = {}): Promise<{ org: SoundcloudOrg; id: string }> => {
  const org = await world.org();
  const id = await world.upload(content, more, org);
  await world.start(id, org);
  world.sent.length = 0;
  return { org, id };
};

describe("process-import, interrupted", () => {
  it.each(["before", "after"] as const)(
    "ends in the same state after a crash %s any one of its calls",
    async (when) => {
      let calls = 0;
      const clean = await begun(MIXED);
      expect(
        await handOver(
          gated((call) => (calls++, call())),
          world.command(clean.id, clean.org),
        ),
      ).toBe(0);
      const expected = await stateOf(clean.org, clean.id);
      expect(expected).toMatchObject({
        import: { status: "completed", total_records: 27, successful_imports: 23, skipped: 3, failed_imports: 1 },
        completed: 1,
      });
      expect(calls).toBeGreaterThan(10);
      for (let crash = 1; crash <= calls; crash++) {
        const { org, id } = await begun(MIXED);
        let at = 0;
        const crashing = gated(async (call) => {
          if (++at !== crash) return call();
          if (when === "after") await call();
          throw new Error("The process ended here.");
        });
        const body = world.command(id, org);
        await handOver(crashing, body);
        while ((await handOver(crashing, body)) > 0);
        expect(await stateOf(org, id), `crash ${when} call ${crash}`).toEqual(expected);
      }
    },
    180_000,
  );

  it("goes on by new messages when its time runs short", async () => {
    const whole = await begun(MIXED);
    expect(
      await handOver(
        gated((call) => call()),
        world.command(whole.id, whole.org),
      ),
    ).toBe(0);
    const { org, id } = await begun(MIXED);
    world.sent.push({
      envelope: { id, type: "soundcloud.process-import.v1", org_id: org.org_id, at: "", data: {} },
      body: world.command(id, org),
      delay_s: undefined,
    });
    const messages = await world.drain(processImportWorker, { remaining_ms: 10_000 });
    expect(messages).toBeGreaterThan(1);
    expect(await stateOf(org, id)).toEqual(await stateOf(whole.org, whole.id));
  });

  it("counts once when two workers read the same import at a time", async () => {
    const { org, id } = await begun(MIXED);
    const body = world.command(id, org);
    const serve = gated((call) => call());
    await Promise.all([handOver(serve, body), handOver(serve, body)]);
    while ((await handOver(serve, body)) > 0);
    const once = await begun(MIXED);
    await handOver(serve, world.command(once.id, once.org));
    expect(await stateOf(org, id)).toEqual(await stateOf(once.org, once.id));
  }, 60_000);

  it("shares the rows between two imports of one file at a time, and makes none twice", async () => {
    const content = await sample(120);
    const { org, id } = await begun(content);
    const other = await world.upload(content, {}, org);
    await world.start(other, org);
    const bodies = [id, other].map((import_id) => world.command(import_id, org));
    const serve = gated((call) => call());
    await Promise.all(
      bodies.map(async (body) => {
        while ((await handOver(serve, body)) > 0);
      }),
    );
    const { submissions, clients, imports } = await world.stored(org);
    const [one, two] = [await world.rows(id, org), await world.rows(other, org)];
    const alone = await begun(content);
    await handOver(serve, world.command(alone.id, alone.org));
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
    await handOver(
      gated((call) => call()),
      world.command(real.id, real.org),
    );
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
    await handOver(
      gated((call) => call()),
      world.command(id, org),
    );
    expect((await org.moderator.api.get(`/soundcloud/imports/${id}`)).body).toMatchObject({ status: "failed", errors: [{ code: "file_changed" }] });
    await world.start(id, org);
    await world.drain(processImportWorker);
    expect((await org.moderator.api.get(`/soundcloud/imports/${id}`)).body).toMatchObject({ status: "completed", successful_imports: 1, errors: [] });
  });

  it("that is gone when its turn comes fails the import and says so", async () => {
    const { org, id } = await begun(csv(line(1)));
    await Import.patch(org.ctx, { org_id: org.org_id, id }, { upload_key: `${org.org_id}/imports/gone.csv` });
    await handOver(
      gated((call) => call()),
      world.command(id, org),
    );
    expect((await org.moderator.api.get(`/soundcloud/imports/${id}`)).body).toMatchObject({ status: "failed", errors: [{ code: "file_missing" }] });
  });

  it("an import of another org is not to be found", async () => {
    const { id } = await begun(csv(line(1)));
    expect(await world.deliver(processImportWorker, [world.command(id)])).toBe(1);
    expect(world.log.lines.at(-1)).toMatchObject({ message: "command failed", fields: { code: "not_found" } });
  });
});
