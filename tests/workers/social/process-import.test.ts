import { beforeAll, describe, expect, it } from "vitest";
import { processImportWorker } from "../../../functions/social/process-import.worker.ts";
import { type RowReader, readThrough } from "../../../shared/kernel/import/read-through.ts";
import { tallyOf } from "../../../shared/kernel/import/tally.ts";
import { every } from "../../../shared/kernel/table/every.ts";
import { EngagementEvent } from "../../../shared/social/engagement/engagement-event.ts";
import { EventBatch } from "../../../shared/social/engagement/event-batch.ts";
import { Touch } from "../../../shared/social/engagement/touch.ts";
import { importRuns } from "../../../shared/social/import/import-runs.ts";
import { SocialImport } from "../../../shared/social/import/import.ts";
import type { SocialOrg } from "../../support/social.ts";
import { uploadStore } from "../soundcloud/import-world.ts";
import { CSV_HEADING, type ImportsWorld, csvOf, importsWorld, likeAt, ndjsonOf } from "./imports-world.ts";
import { trendsOf } from "./trends-world.ts";

const store = uploadStore();
let world: ImportsWorld;
beforeAll(async () => {
  world = await importsWorld(store());
});
const fresh = async () => {
  const org = await world.org();
  return { org, post: await org.post({ status: "published", platform_post_id: "17890000000000042" }) };
};
const eventsOf = ({ ctx, org_id }: SocialOrg, post_id: string): Promise<EngagementEvent[]> =>
  Array.fromAsync(every((page) => EngagementEvent.list(ctx, { org_id, month: "2026-11", post_id }, page)));
const outcomes = async (org: SocialOrg, id: string) =>
  (await world.rows(org, id)).map(({ row, line, outcome, reason, column }) => [row, line, outcome, reason, column]);

describe("process-import, events", () => {
  it("takes in every row of a CSV file that the API would take, and says of the others where and why", async () => {
    const { org, post } = await fresh();
    const { id: _, ...nameless } = likeAt(post.id, 3);
    const content = [
      CSV_HEADING,
      ...[likeAt(post.id, 1), likeAt(post.id, 2)].map((event) => Object.values(event).join(",")),
      `,${Object.values(nameless).join(",")}`,
      `x,${post.id},like,2027-01-01T00:00:00Z,person`,
      `x,${post.id},applause,2026-11-20T08:00:00Z,person`,
      `x,,like,2026-11-20T08:00:00Z,person`,
      `x,${post.id},like,yesterday,person`,
      `,${post.id},view,2026-11-20T08:00:00Z,`,
      `,${post.id},view,2026-11-20T08:00:00Z,watcher`,
      `"x,${post.id},like,2026-11-20T08:00:00Z,person`,
    ].join("\n");
    const done = await world.run(org, content);
    expect(done).toMatchObject({
      status: "completed",
      kind: "events",
      format: "csv",
      total_records: 10,
      successful_imports: 4,
      failed_imports: 6,
      skipped: 0,
      progress: { rows: 10, percent: 100 },
      success_rate: 0.4,
    });
    expect(await outcomes(org, done.id)).toEqual([
      [1, 2, "imported", undefined, undefined],
      [2, 3, "imported", undefined, undefined],
      [3, 4, "imported", undefined, undefined],
      [4, 5, "error", "in_future", "event_timestamp"],
      [5, 6, "error", "not_allowed", "event_type"],
      [6, 7, "error", "rule", "post_id"],
      [7, 8, "error", "format", "event_timestamp"],
      [8, 9, "error", "no_identity", "platform_user_id"],
      [9, 10, "imported", undefined, undefined],
      [10, 11, "error", "unclosed_quote", undefined],
    ]);
    expect((await eventsOf(org, post.id)).map(({ platform_user_id }) => platform_user_id!).toSorted()).toEqual(["person-1", "person-2", "person-3"]);
    const { items: seen } = await Touch.list(org.ctx, { org_id: org.org_id, platform: "instagram", platform_user_id: "watcher" });
    expect(seen.map(({ type }) => type)).toEqual(["view"]);
    const [first] = await world.rows(org, done.id);
    expect((await org.editor.api.get(`/social/event-batches/${first!.batch_id}`)).body).toMatchObject({ received: 4, stored: 4, duplicates: 0 });
    // Nothing of the persons is left of the file itself.
    const { upload_key } = await SocialImport.get(org.ctx, { org_id: org.org_id, id: done.id });
    expect(await world.files.head(upload_key)).toBeUndefined();
    expect(JSON.stringify([await world.rows(org, done.id), await org.editor.api.get(`/social/imports/${done.id}/rows`)])).not.toMatch(/person-|watcher/);
  });

  it("takes NDJSON with everything that an event may have, and refuses lines that are none", async () => {
    const { org, post } = await fresh();
    const whole = {
      id: "comment-1",
      platform: "instagram",
      platform_post_id: "17890000000000042",
      event_type: "comment",
      event_timestamp: "2026-11-20T08:00:00Z",
      platform_user_id: "writer",
      platform_username: "The Writer",
      user_follower_count: 0,
      event_value: 1,
      event_metadata: { text: 'Grüße, "💪"' },
      country_code: "DE",
      age_range: "25-34",
      gender: "female",
    };
    const lines = [
      "\uFEFF" + JSON.stringify(whole),
      "",
      "[1]",
      "{",
      JSON.stringify({ ...whole, id: "comment-2", mood: "good" }),
      JSON.stringify(likeAt(post.id, 9)),
    ];
    const done = await world.run(org, lines.join("\n"), { format: "ndjson", filename: "events.ndjson" });
    expect(done).toMatchObject({ status: "completed", format: "ndjson", total_records: 5, successful_imports: 2, failed_imports: 3 });
    expect(await outcomes(org, done.id)).toEqual([
      [1, 1, "imported", undefined, undefined],
      [2, 3, "error", "not_an_object", undefined],
      [3, 4, "error", "not_json", undefined],
      [4, 5, "error", "unknown_field", "mood"],
      [5, 6, "imported", undefined, undefined],
    ]);
    const { platform: _, platform_post_id: __, event_timestamp: ___, ...told } = whole;
    expect((await eventsOf(org, post.id)).find(({ id }) => id === "comment-1")).toMatchObject(told);
  });

  it("refuses what a body may not hold either, in both formats, and stores the neighbours", async () => {
    const { org, post } = await fresh();
    const nested = (levels: number): string => `${'{"a":'.repeat(levels)}1${"}".repeat(levels)}`;
    const metadata = [
      nested(400),
      nested(17),
      '{"a":"\\u0000"}',
      '{"a":"\\ud83d"}',
      '{"__proto__":1}',
      '{"a":{"b":1,"b":2}}',
      '{"a":1e200}',
      '{"a":12345678901234567890}',
      '{"a":[1e-200]}',
      '{"a":{"":1}}',
      nested(16),
      '{"b":-0.1}',
    ];
    const ndjson = metadata.map((text, n) => `${JSON.stringify(likeAt(post.id, n)).slice(0, -1)},"event_metadata":${text}}`).join("\n");
    const done = await world.run(org, ndjson, { format: "ndjson" });
    expect(done).toMatchObject({ status: "completed", successful_imports: 2, failed_imports: 10 });
    expect((await outcomes(org, done.id)).map(([, , , reason]) => reason)).toEqual([
      "too_deep",
      "rule",
      "unsafe_text",
      "unsafe_text",
      "unknown_field",
      "duplicate_field",
      "unsafe_number",
      "unsafe_number",
      "unsafe_number",
      "unnamed_field",
      undefined,
      undefined,
    ]);
    const rows = metadata.map((text, n) => `${Object.values(likeAt(post.id, n + 100)).join(",")},"${text.replaceAll('"', '""')}",name`);
    const named = `${Object.values(likeAt(post.id, 200)).join(",")},,na\0me`;
    const csv = await world.run(org, [`${CSV_HEADING},event_metadata,platform_username`, ...rows, named].join("\n"));
    expect(csv).toMatchObject({ status: "completed", successful_imports: 2, failed_imports: 11 });
    expect((await outcomes(org, csv.id)).map(([, , , reason, column]) => [reason, column])).toEqual([
      ["too_deep", "event_metadata"],
      ["rule", "event_metadata"],
      ["unsafe_text", "event_metadata"],
      ["unsafe_text", "event_metadata"],
      ["unknown_field", "event_metadata"],
      ["duplicate_field", "event_metadata"],
      ["unsafe_number", "event_metadata"],
      ["unsafe_number", "event_metadata"],
      ["unsafe_number", "event_metadata"],
      ["unnamed_field", "event_metadata"],
      [undefined, undefined],
      [undefined, undefined],
      ["unsafe_text", "platform_username"],
    ]);
    const kept = (await eventsOf(org, post.id)).map(({ event_metadata }) => JSON.stringify(event_metadata));
    expect(kept.toSorted()).toEqual([nested(16), nested(16), '{"b":-0.1}', '{"b":-0.1}']);
  });

  it("adds nothing when the same file comes again, in either format", async () => {
    const { org, post } = await fresh();
    const likes = Array.from({ length: 5 }, (_, n) => likeAt(post.id, n));
    await world.run(org, csvOf(likes));
    const before = await eventsOf(org, post.id);
    expect(before.length).toBe(5);
    for (const [content, more] of [
      [csvOf(likes), {}],
      [ndjsonOf(likes), { format: "ndjson" }],
    ] as const) {
      const again = await world.run(org, content, more);
      expect(again).toMatchObject({ status: "completed", successful_imports: 5 });
      expect(await eventsOf(org, post.id)).toEqual(before);
      const [row] = await world.rows(org, again.id);
      expect(await EventBatch.get(org.ctx, { org_id: org.org_id, id: row!.batch_id! })).toMatchObject({ stored: 0, duplicates: 5 });
    }
  });

  it("a dry run tells what would become of each row, and nothing is sent", async () => {
    const { org, post } = await fresh();
    const content = csvOf([likeAt(post.id, 1), likeAt(post.id, 2, { event_type: "applause" })]);
    const id = await world.upload(org, content, { dry_run: true });
    await world.start(org, id);
    await world.drain(processImportWorker);
    expect(await world.read(org, id)).toMatchObject({ status: "completed", dry_run: true, successful_imports: 1, failed_imports: 1 });
    expect(await outcomes(org, id)).toEqual([
      [1, 2, "imported", undefined, undefined],
      [2, 3, "error", "not_allowed", "event_type"],
    ]);
    expect((await world.rows(org, id))[0]).not.toHaveProperty("batch_id");
    await world.settle();
    expect(await eventsOf(org, post.id)).toEqual([]);
  });

  it("goes on in a new message when time runs out, shows how far it is, and sends each row once", async () => {
    const { org, post } = await fresh();
    const likes = Array.from({ length: 230 }, (_, n) => likeAt(post.id, n));
    const id = await world.upload(org, csvOf(likes));
    await world.start(org, id);
    await world.deliver(processImportWorker, [world.command(org, id)], { remaining_ms: 10_000 });
    const partly = await world.read(org, id);
    expect(partly).toMatchObject({ status: "processing", total_records: 97, successful_imports: 97 });
    expect(partly.progress.percent).toBeLessThan(100);
    await world.drain(processImportWorker, { remaining_ms: 10_000 });
    await world.settle();
    expect(await world.read(org, id)).toMatchObject({ status: "completed", total_records: 230, successful_imports: 230 });
    expect((await eventsOf(org, post.id)).length).toBe(230);
    const batches = [...new Set((await world.rows(org, id)).map(({ batch_id }) => batch_id!))];
    const told = await EventBatch.getMany(
      org.ctx,
      batches.map((batch_id) => ({ org_id: org.org_id, id: batch_id })),
    );
    expect(told.map(({ stored, duplicates }) => [stored, duplicates])).toEqual([
      [97, 0],
      [97, 0],
      [36, 0],
    ]);
  });

  it("delivered again after its end changes nothing; a poisoned message fails alone", async () => {
    const { org, post } = await fresh();
    const id = await world.upload(org, csvOf([likeAt(post.id, 1)]));
    await world.start(org, id);
    const foreign = world.command(await world.org(), id);
    expect(await world.deliver(processImportWorker, ["{", foreign, world.command(org, id)])).toBe(2);
    const done = await world.read(org, id);
    expect(done.status).toBe("completed");
    expect(await world.deliver(processImportWorker, [world.command(org, id)])).toBe(0);
    expect(await world.read(org, id)).toEqual(done);
    await world.purge(processImportWorker);
    await world.settle();
    expect((await eventsOf(org, post.id)).length).toBe(1);
  });

  it("fails with the reason when the file cannot be read as a whole", async () => {
    const { org } = await fresh();
    const done = await world.run(org, "colour,size\nred,1\n");
    expect(done).toMatchObject({ status: "failed", errors: [{ code: "missing_column", detail: expect.stringContaining('"event_type"') }] });
  });
});

describe("readThrough, of very many rows", () => {
  it("reads two million rows, and fails behind them with the reason, also when it is started again", async () => {
    const { org } = await fresh();
    const id = await world.upload(org, "{}");
    await SocialImport.patch(org.ctx, { org_id: org.org_id, id }, { next_row: 1_999_900 });
    const ctx = { ...org.ctx, files: world.files, commands: world.ports.commands, remaining_ms: () => 300_000 };
    const rows = async function* (from_row: number) {
      for (let row = from_row; row <= 2_000_300; row++) yield { row };
    };
    const decided: number[] = [];
    const reader: RowReader<{ row: number }> = {
      open: async (_, from_row) => ({ rows: rows(from_row), describe: () => ({}) }),
      sizer: () => () => 1,
      decide: async (some) => {
        decided.push(...some.map(({ row }) => row));
        return { writes: [], tally: tallyOf(some.map(() => ({ outcome: "imported" }))) };
      },
      lost_races: new Set(),
    };
    for (let run = 0; run < 2; run++) {
      await world.start(org, id);
      await readThrough(ctx, importRuns, await importRuns.get(ctx, id), async () => reader);
      expect(await world.read(org, id)).toMatchObject({ status: "failed", total_records: 101, errors: [{ code: "too_many_rows" }] });
    }
    expect([decided.length, decided[0], decided.at(-1)]).toEqual([101, 1_999_900, 2_000_000]);
    await world.purge(processImportWorker);
  });
});

describe("process-import, mentions", () => {
  it("counts each mention once, leaves out what is too old, and names what is wrong", async () => {
    const { org } = await fresh();
    const { mention, count } = trendsOf(world, org);
    const [one, same, old, ahead, nothing] = [
      mention({ platform_user_id: "ada" }),
      mention({ platform_user_id: "ada", ago: 3 }),
      mention({ ago: 24 * 9 }),
      mention({ ago: -3 }),
      mention({ topic: "#" }),
    ];
    const content = ndjsonOf([one, same, old, ahead, nothing, mention()]);
    const done = await world.run(org, content, { kind: "mentions", format: "ndjson" });
    expect(done).toMatchObject({ status: "completed", successful_imports: 3, skipped: 1, skipped_by_reason: { too_old: 1 }, failed_imports: 2 });
    expect(await outcomes(org, done.id)).toEqual([
      [1, 1, "imported", undefined, undefined],
      [2, 2, "imported", undefined, undefined],
      [3, 3, "skipped", "too_old", undefined],
      [4, 4, "error", "in_future", "at"],
      [5, 5, "error", "no_topic", "topic"],
      [6, 6, "imported", undefined, undefined],
    ]);
    expect(await count()).toBe(2);
    await world.run(org, content, { kind: "mentions", format: "ndjson" });
    expect(await count()).toBe(2);
  });

  it("takes CSV", async () => {
    const { org } = await fresh();
    const { mention, count } = trendsOf(world, org);
    const told = [mention({ topic: "#LegDay" }), mention({ topic: "legday" })];
    const content = `${Object.keys(told[0]!).join(";")}\n${told.map((one) => Object.values(one).join(";")).join("\n")}`;
    expect(await world.run(org, content, { kind: "mentions" })).toMatchObject({ status: "completed", successful_imports: 2, import_data: { delimiter: ";" } });
    expect(await count()).toBe(2);
  });

  it("whose file is gone when its turn comes fails and says so", async () => {
    const { org, post } = await fresh();
    const id = await world.upload(org, csvOf([likeAt(post.id, 1)]));
    await world.start(org, id);
    await SocialImport.patch(org.ctx, { org_id: org.org_id, id }, { upload_key: `${org.org_id}/imports/gone.csv` });
    await world.drain(processImportWorker);
    expect(await world.read(org, id)).toMatchObject({ status: "failed", errors: [{ code: "file_missing" }] });
  });
});
