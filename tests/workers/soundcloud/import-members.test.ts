import { beforeAll, describe, expect, it } from "vitest";
import { ProcessImport } from "../../../events/soundcloud/process-import.v1.ts";
import { processImportWorker } from "../../../functions/soundcloud/process-import.worker.ts";
import type { Files } from "../../../shared/kernel/files/files.ts";
import { MAX_RECEIVES } from "../../../shared/kernel/lambda.ts";
import { MemberAccount } from "../../../shared/soundcloud/member/member-account.ts";
import { serveRecorded } from "../../support/recorder/served.ts";
import { type ImportWorld, importWorld, uploadStore } from "./import-world.ts";

const store = uploadStore();
let world: ImportWorld;
beforeAll(async () => {
  world = await importWorld(store());
});

const LIST = [
  "Name,Emails,SoundCloud URL,Followers,Genres,Status",
  'Ada,"ada@example.com; ada2@example.com",https://soundcloud.com/Ada-Beats,12.5k,"House, Trap",Active',
  "Bo,bo@example.com,,900,Polka,",
  "Ada again,ADA2@example.com,,,,",
  "Cy,,https://soundcloud.com/cy,100000,Rock,Needs Reconnect",
  "Cy's other channel,cy@example.com,@CY,,,",
  ",nobody@example.com,,,,",
  "No contact,,,,,",
].join("\n");

describe("process-import of members", () => {
  it("makes members with wallet, account and genres, and tells why others are not made", async () => {
    const result = await world.run(LIST, { kind: "members" });
    expect(result).toMatchObject({
      status: "completed",
      total_records: 7,
      successful_imports: 3,
      skipped: 2,
      failed_imports: 2,
      skipped_by_reason: { duplicate: 2 },
    });
    const rows = await world.rows(result.id);
    const { members } = await world.stored();
    const [ada, bo, cy] = ["Ada", "Bo", "Cy"].map((name) => members.find((member) => member.name === name)!);
    expect(
      rows.map(({ outcome, reason, member_id, duplicate_of_member_id, duplicate_of_row }) => [
        outcome,
        reason,
        member_id ?? duplicate_of_member_id,
        duplicate_of_row,
      ]),
    ).toEqual([
      ["imported", undefined, ada!.id, undefined],
      ["imported", undefined, bo!.id, undefined],
      ["skipped", "duplicate", ada!.id, 1],
      ["imported", undefined, cy!.id, undefined],
      ["skipped", "duplicate", cy!.id, 4],
      ["error", "missing_name", undefined, undefined],
      ["error", "missing_contact", undefined, undefined],
    ]);
    expect(ada).toMatchObject({
      emails: ["ada@example.com", "ada2@example.com"],
      primary_email: "ada@example.com",
      soundcloud_handle: "ada-beats",
      soundcloud_followers: 12_500,
      size_tier: "T3",
      status: "active",
      import_id: result.id,
    });
    expect(ada!.genre_pairs).toHaveLength(2);
    expect(bo).toMatchObject({ size_tier: "T1", manual_genres: ["Polka"], genre_pairs: [] });
    expect(cy).toMatchObject({ status: "needs_reconnect", size_tier: "T4" });
    expect(await MemberAccount.get(world.ctx, { org_id: world.org_id, member_id: cy!.id, platform: "soundcloud" })).toMatchObject({
      handle: "cy",
      follower_count: 100_000,
      status: "reconnect",
    });
    expect(await world.wallet(cy!.id)).toMatchObject({ balance: 3 });
    expect((await world.events()).filter(({ type }) => type === "soundcloud.member-created.v1")).toHaveLength(3);
  });

  it("the same list again changes nothing", async () => {
    const before = (await world.stored()).members;
    const again = await world.run(LIST, { kind: "members" });
    expect(again).toMatchObject({ successful_imports: 0, skipped: 5, failed_imports: 2, skipped_by_reason: { duplicate: 5 } });
    expect(
      (await world.rows(again.id))
        .slice(0, 5)
        .every(({ duplicate_of_member_id, duplicate_of_row }) => duplicate_of_member_id !== undefined && duplicate_of_row === undefined),
    ).toBe(true);
    expect((await world.stored()).members).toEqual(before);
  });

  it("takes more members with all their addresses than one transaction holds", async () => {
    const lines = Array.from(
      { length: 9 },
      (_, n) => `M${n},"${[0, 1, 2, 3, 4].map((k) => `m${n}-${k}@example.com`).join(";")}",https://soundcloud.com/m-${n},10,"House,Trap,Techno,Drill",`,
    );
    expect(await world.run(["Name,Emails,SoundCloud URL,Followers,Genres,Status", ...lines].join("\n"), { kind: "members" })).toMatchObject({
      successful_imports: 9,
      failed_imports: 0,
    });
  });
});

describe("GET /soundcloud/member-import-history", () => {
  it("lists the imports of members and no other, and tells of one which rows are in error", async () => {
    const org = await world.org();
    const run = async (content: string, kind: string): Promise<string> => {
      const id = await world.upload(content, { kind, filename: `${kind}.csv` }, org);
      await world.start(id, org);
      await world.drain(processImportWorker);
      return id;
    };
    const campaigns = await run("Track URL,Client\nTBD,Choir\n", "campaigns");
    const first = await run(LIST, "members");
    world.clock.advance(1);
    const second = await run("Emails\nada@example.com\n", "members");
    const { body } = await org.moderator.api.get("/soundcloud/member-import-history");
    expect(body.items.map(({ id }: { id: string }) => id)).toEqual([second, first]);
    for (const { total_records, successful_imports, skipped, failed_imports } of body.items)
      expect(successful_imports + skipped + failed_imports).toBe(total_records);
    const { body: one, headers } = await org.admin.api.get(`/soundcloud/member-import-history/${first}`);
    expect(headers["etag"]).toBe(`"${one.version}"`);
    expect(one).toEqual({
      id: first,
      org_id: org.org_id,
      imported_by: org.moderator.user_id,
      filename: "members.csv",
      total_records: 7,
      successful_imports: 3,
      skipped: 2,
      skipped_by_reason: { duplicate: 2 },
      failed_imports: 2,
      import_data: { delimiter: ",", ignored_columns: [], repeated_columns: [] },
      errors: [
        { code: "missing_name", row: 6, line: 7, column: "name" },
        { code: "missing_contact", row: 7, line: 8 },
      ].map((error) => expect.objectContaining(error)),
      status: "completed",
      dry_run: false,
      created_at: expect.any(String),
      completed_at: expect.any(String),
      version: expect.any(Number),
    });
    expect((await org.admin.api.get(`/soundcloud/member-import-history/${second}`)).body).toMatchObject({
      status: "failed",
      errors: [{ code: "missing_column" }],
    });
    expect((await org.admin.api.get(`/soundcloud/member-import-history/${campaigns}`)).status).toBe(404);
    expect((await world.admin.api.get(`/soundcloud/member-import-history/${first}`)).status).toBe(404);
  });
});

describe("an import that breaks off", () => {
  it("fails with the last delivery, and goes on where it stood when it is started again", async () => {
    const org = await world.org();
    const id = await world.upload(LIST, { kind: "members" }, org);
    await world.start(id, org);
    await world.purge(processImportWorker);
    const { files } = world.ports as unknown as { files: Files };
    const broken: Files = { ...files, read: () => Promise.reject(new Error("the connection is gone")) };
    const serve = serveRecorded(processImportWorker, { ...world.boot, ports: { ...world.ports, files: broken } });
    const deliver = async (received: number): Promise<number> => {
      const body = org.message(ProcessImport, { import_id: id });
      const Records = [{ messageId: "1", body, attributes: { ApproximateReceiveCount: String(received) } }];
      return (await serve({ Records } as never, { getRemainingTimeInMillis: () => 60_000 })).batchItemFailures.length;
    };
    const read = async () => (await org.moderator.api.get(`/soundcloud/imports/${id}`)).body;
    expect([await deliver(MAX_RECEIVES - 1), (await read()).status]).toEqual([1, "processing"]);
    expect([await deliver(MAX_RECEIVES), await read()]).toEqual([
      1,
      expect.objectContaining({ status: "failed", errors: [expect.objectContaining({ code: "internal_error" })] }),
    ]);
    await world.start(id, org);
    await world.drain(processImportWorker);
    expect(await read()).toMatchObject({ status: "completed", errors: [], successful_imports: 3 });
  });
});
