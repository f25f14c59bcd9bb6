import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WriteExport } from "../../../events/soundcloud/write-export.v1.ts";
import { writeExportWorker } from "../../../functions/soundcloud/write-export.worker.ts";
import type { Files } from "../../../shared/kernel/files/files.ts";
import { LedgerEntry } from "../../../shared/soundcloud/credit/ledger-entry.ts";
import { orderErasure } from "../../../shared/soundcloud/erasure/order-erasure.ts";
import { Export } from "../../../shared/soundcloud/export/export.ts";
import { MemberGenre } from "../../../shared/soundcloud/member/member-genre.ts";
import { Member } from "../../../shared/soundcloud/member/member.ts";
import { deliverNotification } from "../../../shared/soundcloud/notification/deliver-notification.ts";
import { QueueAssignment } from "../../../shared/soundcloud/queue/queue-assignment.ts";
import { Submission } from "../../../shared/soundcloud/submission/submission.ts";
import { serveRecorded } from "../../support/recorder/served.ts";
import type { SoundcloudOrg } from "../../support/soundcloud.ts";
import { uploadStore } from "./import-world.ts";
import { CANARIES, EMAIL, type Life, type PersonWorld, lived, personWorld } from "./person-world.ts";

const store = uploadStore();
let world: PersonWorld;
let life: Life;
beforeAll(async () => {
  world = await personWorld(store());
  life = await lived(world, world);
  await signed();
}, 120_000);
afterAll(() => world.stop());

/** Whoever of the staff, and whichever payer, an item can name. */
const SOMEBODY = "0199b1f0-7c00-7000-8000-00000000feed";
const signed = async (): Promise<void> => {
  const { ctx, org_id } = world;
  const at = { org_id, member_id: life.ada.id };
  const [[entry], [genre]] = [(await LedgerEntry.list(ctx, at)).items, (await MemberGenre.list(ctx, at)).items];
  await LedgerEntry.patch(ctx, entry!, { created_by: SOMEBODY });
  await MemberGenre.patch(ctx, genre!, { assigned_by: SOMEBODY });
  const user_id = ctx.ids.uuid();
  await Member.patch(ctx, life.ada, { user_id });
  await deliverNotification(ctx, user_id, { title: "Hello", message: "A word." }, ctx.ids.uuid());
  await Submission.patch(ctx, life.fresh, { salesperson_id: SOMEBODY });
  await QueueAssignment.patch(ctx, life.support.asked!, { payer_id: SOMEBODY });
};

const order = async (member_id: string, org: SoundcloudOrg = world): Promise<string> => {
  const { status, body, headers } = await org.admin.api.post("/soundcloud/exports", { kind: "person", member_id });
  expect([status, headers["location"], body.status]).toEqual([202, `/soundcloud/exports/${body.id}`, "pending"]);
  return body.id;
};
const read = async (id: string, org: SoundcloudOrg = world) => (await org.admin.api.get(`/soundcloud/exports/${id}`)).body;

describe("write-export", () => {
  it("writes everything about the member, and nothing of another, behind a link", async () => {
    const id = await order(life.ada.id);
    expect(await read(id)).not.toHaveProperty("download_url");
    await world.drain(writeExportWorker);
    const done = await read(id);
    expect(done).toMatchObject({ status: "completed", records: expect.any(Number), expires_at: "2026-11-27T09:00:00.000Z" });
    const reply = await fetch(done.download_url);
    const text = await reply.text();
    expect([reply.status, Buffer.byteLength(text)]).toEqual([200, done.size]);
    expect(new URL(done.download_url).searchParams.get("response-content-disposition")).toBe(`attachment; filename="person-${id}.json"`);
    const document = JSON.parse(text);
    for (const canary of [...CANARIES, EMAIL]) expect(text.toLowerCase()).toContain(canary);
    expect(document).toMatchObject({ kind: "person", member_id: life.ada.id, member: [{ name: "Zebulon", emails: life.ada.emails }], wallet: [{ cap: 6 }] });
    const names = [
      "accounts",
      "genres",
      "avoid_list",
      "submissions",
      "assignments",
      "reposts_of_own_tracks",
      "inquiries",
      "complaints",
      "notifications",
      "import_rows",
    ];
    expect(names.map((name) => document[name].length)).toEqual([2, 1, 1, 3, 3, 3, 2, 1, 1, 3]);
    expect(document.ledger.filter(({ metadata }: any) => metadata.note).map(({ metadata }: any) => metadata.note)).toContain("okapi: agreed with zebulon");
    expect(document.submissions[0]).toMatchObject({ notes: "okapi note", contact_emails: [EMAIL] });
    const records = Object.values(document).filter(Array.isArray).flat().length;
    expect(done.records).toBe(records);
    expect(text).not.toMatch(/Artist \d|artist-\d|Somebody else|Unrelated band|sealed okapi|zebulon was late|a dispute/);
    expect(text).not.toContain(SOMEBODY);
    for (const one of Object.values(life.own)) expect(text).not.toContain(one!.supporter_id);
    expect((await read(id)).download_url).toMatch(/X-Amz-Expires=300/);
  });
  it("delivered again after the end it writes nothing", async () => {
    const id = await order(life.ada.id);
    await world.drain(writeExportWorker);
    const done = await read(id);
    expect(await world.deliver(writeExportWorker, [world.message(WriteExport, { export_id: id })])).toBe(0);
    expect(await read(id)).toMatchObject({ version: done.version });
  });
  it("fails poison alone", async () => {
    const id = await order(life.ada.id);
    const bodies = ["no JSON", world.message(WriteExport, { export_id: life.ada.id }), world.message(WriteExport, { export_id: id })];
    expect(await world.deliver(writeExportWorker, bodies)).toBe(2);
    expect((await read(id)).status).toBe("completed");
    await world.purge(writeExportWorker);
  });
  it("stopped at the store it is written by the next delivery", async () => {
    const id = await order(life.ada.id);
    const { files } = world.ports as unknown as { files: Files };
    const original = files.write;
    let fails = true;
    const broken: Files = {
      ...files,
      write: async (key, content, terms) => {
        if (!fails) return original(key, content, terms);
        fails = false;
        for await (const _ of content) throw new Error("the connection is gone");
        return 0;
      },
    };
    const serve = serveRecorded(writeExportWorker, { ...world.boot, ports: { files: broken } });
    const deliver = () =>
      serve({ Records: [{ messageId: "1", body: world.message(WriteExport, { export_id: id }), attributes: { ApproximateReceiveCount: "1" } }] } as never, {
        getRemainingTimeInMillis: () => 60_000,
      });
    expect((await deliver()).batchItemFailures.length).toBe(1);
    const { file_key, status } = await Export.get(world.ctx, { org_id: world.org_id, id }, { consistent: true });
    expect([status, await files.head(file_key)]).toEqual(["processing", undefined]);
    expect((await deliver()).batchItemFailures.length).toBe(0);
    expect((await read(id)).status).toBe("completed");
    await world.purge(writeExportWorker);
  });
  it("fails an export whose member was erased meanwhile", async () => {
    const org = await world.org();
    const { id: member_id } = await org.member();
    const id = await order(member_id, org);
    await orderErasure(org.ctx, member_id);
    await world.drain(writeExportWorker);
    expect(await read(id, org)).toMatchObject({ status: "failed", errors: [{ code: "member_erased" }] });
  });
});
