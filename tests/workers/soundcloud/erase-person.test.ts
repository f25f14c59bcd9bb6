import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PersonErased } from "../../../events/identity/person-erased.v1.ts";
import { ErasePerson } from "../../../events/soundcloud/erase-person.v1.ts";
import { erasePersonWorker } from "../../../functions/soundcloud/erase-person.worker.ts";
import { writeExportWorker } from "../../../functions/soundcloud/write-export.worker.ts";
import { Org } from "../../../shared/identity/org/org.ts";
import { Outbox } from "../../../shared/identity/table.ts";
import { Credential } from "../../../shared/identity/user/credential.ts";
import { sealAddress } from "../../../shared/identity/user/sealed-address.ts";
import { User } from "../../../shared/identity/user/user.ts";
import { every } from "../../../shared/kernel/table/every.ts";
import { grantOrgCredits } from "../../../shared/soundcloud/credit/grant-org-credits.ts";
import { eraseFromQueues } from "../../../shared/soundcloud/erasure/erase-activity.ts";
import { orderErasure } from "../../../shared/soundcloud/erasure/order-erasure.ts";
import { ImportRow } from "../../../shared/soundcloud/import/import-row.ts";
import { Import } from "../../../shared/soundcloud/import/import.ts";
import { Member } from "../../../shared/soundcloud/member/member.ts";
import { completeAssignment } from "../../../shared/soundcloud/queue/complete-assignment.ts";
import { QueueAssignment } from "../../../shared/soundcloud/queue/queue-assignment.ts";
import { SupportRecord, supportDigest } from "../../../shared/soundcloud/queue/support-record.ts";
import { deliverNotification } from "../../../shared/soundcloud/notification/deliver-notification.ts";
import { reconcileOrg } from "../../../shared/soundcloud/reconcile/reconcile.ts";
import type { Vault } from "../../../shared/kernel/crypto/vault.ts";
import { type SoundcloudOrg, dumpSoundcloud } from "../../support/soundcloud.ts";
import { uploadStore } from "./import-world.ts";
import { CANARIES, EMAIL, type Life, type PersonWorld, lived, personWorld, submissionsOf } from "./person-world.ts";
import { memberOf, paid } from "./queues-world.ts";

const store = uploadStore();
let world: PersonWorld;
beforeAll(async () => {
  world = await personWorld(store());
});
afterAll(() => world.stop());

const found = async (): Promise<string[]> => {
  const items: { _t?: { S: string } }[] = JSON.parse(await dumpSoundcloud(world)).flat();
  return items.map((item) => JSON.stringify(item)).filter((text) => CANARIES.some((canary) => text.toLowerCase().includes(canary)));
};
const assignmentOf = (org: SoundcloudOrg, { id }: QueueAssignment) => QueueAssignment.get(org.ctx, { org_id: org.org_id, id }, { consistent: true });
const personErased = async (org: SoundcloudOrg, user_id: string, email: string, erased_at = world.clock.now().toISOString()): Promise<string> => {
  const address = await sealAddress({ ...org.ctx, vault: world.ports.vault as Vault }, org.org_id, user_id, email);
  const detail = {
    id: world.ids.uuid(),
    type: PersonErased.type,
    org_id: org.org_id,
    at: world.clock.now().toISOString(),
    data: { user_id, address, erased_at },
  };
  return JSON.stringify({ "detail-type": PersonErased.type, detail });
};

describe("DELETE /identity/users/me, through to the repost network", () => {
  let life: Life;
  it("204, and the fact reaches the worker, more than once", async () => {
    life = await lived(world, world);
    const person = await world.person(EMAIL, ["member"]);
    const { ctx, org_id } = world;
    await Org.patch(ctx, { id: org_id }, { members: 4 });
    const { personal_org_id, version } = await User.get(ctx, { id: person.user_id });
    const at = world.clock.now().toISOString();
    await Credential.create(ctx, { email: EMAIL, user_id: person.user_id, personal_org_id, password_hash: "none", password_changed_at: at, verified: true });
    expect((await person.api.get("/soundcloud/members/me")).body).toMatchObject({ id: life.ada.id, name: "Zebulon" });
    await deliverNotification(ctx, person.user_id, { title: "Hello okapi", message: "Zebulon is told." }, ctx.ids.uuid());
    expect([life.drafts.length > 0, (await found()).length > 15]).toEqual([true, true]);
    expect((await person.api.delete("/identity/users/me", { version })).status).toBe(204);
    const told = await Array.fromAsync(every((page) => Outbox.query.undelivered(ctx, {}, page)));
    const bodies = told
      .filter(({ type }) => type === PersonErased.type)
      .map(({ id, type, org_id: of, at: when, data }) => ({ "detail-type": type, detail: { id, type, org_id: of, at: when, data: JSON.parse(data) } }))
      .map((event) => JSON.stringify(event));
    expect(bodies.length).toBe(1);
    expect(await world.deliver(erasePersonWorker, bodies)).toBe(0);
    await world.drain(erasePersonWorker);
    // The bus may bring it again.
    expect(await world.deliver(erasePersonWorker, bodies)).toBe(0);
    await world.drain(erasePersonWorker);
  }, 120_000);

  it("leaves none of the person's texts in the table", async () => {
    expect(await found()).toEqual([]);
  });
  it("keeps books that add up", async () => {
    const { differences, checked } = await reconcileOrg(world.ctx);
    expect(differences).toEqual([]);
    expect(checked.ledger_entries).toBeGreaterThan(5);
  });
  it("ends what the member was to repost, and what others were to repost for the member", async () => {
    const { own, support } = life;
    expect(await assignmentOf(world, support.asked!)).toMatchObject({ status: "skipped" });
    expect(await assignmentOf(world, support.reposted!)).toMatchObject({ status: "completed" });
    expect((await assignmentOf(world, support.reposted!)).check).toBeUndefined();
    expect(await assignmentOf(world, own.open!)).toMatchObject({ status: "skipped", track_url: "https://erased.invalid/" });
    expect(await assignmentOf(world, own.proven!)).toMatchObject({ status: "completed" });
    expect(await world.wallet(life.ada.id)).toMatchObject({ reserved: 0 });
    expect(await memberOf(world, own.open!.supporter_id)).toMatchObject({ skipped_count: 0 });
  });
  it("closes the submissions, decides those that waited, and lets none want anything", async () => {
    const submissions = await submissionsOf(world, life.ada.id);
    expect(submissions.map(({ status, closed_at, demand_since }) => [status, closed_at !== undefined, demand_since])).toEqual([
      ["approved", true, undefined],
      ["rejected", true, undefined],
      ["approved", true, undefined],
    ]);
  });
  it("still knows which channel had the track", async () => {
    const { track_key } = life.approved;
    const { items } = await SupportRecord.list(world.ctx, { org_id: world.org_id, track_key: supportDigest(world.org_id, track_key) });
    expect(items.map(({ supporter_id }) => supporter_id).toSorted()).toEqual([life.own.completed!.supporter_id, life.own.proven!.supporter_id].toSorted());
  });
  it("shows the member as erased, in no list but that of the erased", async () => {
    const { api } = world.moderator;
    const { body } = await api.get(`/soundcloud/members/${life.ada.id}`);
    expect(body).toMatchObject({ name: "Erased member", emails: [], erased_at: world.clock.now().toISOString(), genre_pairs: [] });
    expect(body).not.toHaveProperty("erasing");
    const idsOf = async (query: Record<string, string>): Promise<string[]> =>
      (await api.get("/soundcloud/members", { query })).body.items.map(({ id }: Member) => id);
    const filters: Record<string, string>[] = [{}, { status: "needs_reconnect" }, { size_tier: life.ada.size_tier }];
    for (const query of filters) expect(await idsOf(query)).not.toContain(life.ada.id);
    expect(await idsOf({ erased: "true" })).toEqual([life.ada.id]);
    expect((await api.get("/soundcloud/members", { query: { erased: "true", size_tier: "T1" } })).status).toBe(400);
  });
  it("asks and gives nothing new", async () => {
    const { api } = world.admin;
    const path = `/soundcloud/members/${life.ada.id}`;
    const { version } = (await api.get(path)).body;
    const genre = world.genre("Pop");
    for (const { problem } of [
      await api.patch(path, { name: "Again" }, { version }),
      await api.put(`${path}/accounts/soundcloud`, { handle: "again" }),
      await api.put(`${path}/accounts/spotify`, { handle: "again" }),
      await api.post(`${path}/genres`, genre),
      await api.post(`${path}/avoid-list-items`, { avoided_handle: "somebody" }),
      await api.post("/soundcloud/submissions", { member_id: life.ada.id, track_url: "https://soundcloud.com/again/song" }),
      await api.post("/soundcloud/exports", { kind: "person", member_id: life.ada.id }),
    ])
      expect(problem).toMatchObject({ status: 409, code: "member_erased" });
    const before = await world.wallet(life.ada.id);
    await grantOrgCredits({ ...world.ctx, commands: world.ports.commands as never, remaining_ms: () => 60_000 }, { month: "2027-01" });
    expect(await world.wallet(life.ada.id)).toEqual(before);
    expect((await world.build(world, "2026-11-23")).empty_counts["account_status"]).toBeUndefined();
  });
  it("keeps the outcome of the rows that became the member, and other rows whole", async () => {
    const [run] = (await Import.query.all(world.ctx, { org_id: world.org_id })).items;
    const { items } = await ImportRow.list(world.ctx, { org_id: world.org_id, import_id: run!.id });
    expect(items.map(({ outcome, parsed }) => [outcome, parsed])).toEqual([
      ["imported", undefined],
      ["skipped", undefined],
      ["imported", undefined],
      ["imported", { name: "Somebody else" }],
      ["imported", { name: "Unrelated band", emails: ["band@example.org"] }],
    ]);
  });
  it("makes a new member of the same address", async () => {
    const again = await world.member({ emails: [EMAIL], soundcloud_handle: "back-again" });
    expect(again.id).not.toBe(life.ada.id);
  });
});

describe("POST /soundcloud/members/{member_id}/erase", () => {
  const erase = async (org: SoundcloudOrg, id: string, who: "admin" | "moderator" = "admin") => {
    const { version } = await memberOf(org, id);
    return org[who].api.post(`/soundcloud/members/${id}/erase`, undefined, { version });
  };
  it("202, at once without the person; the job does the rest; again it is harmless", async () => {
    const org = await world.org();
    const { id } = await org.member({ name: "Somebody", genres: ["Electronic", "Pop"] });
    const { status, body } = await erase(org, id);
    expect([status, body.name, body.genre_pairs.length]).toEqual([202, "Erased member", 2]);
    expect((await erase(org, id)).status).toBe(202);
    await world.drain(erasePersonWorker);
    const done = await memberOf(org, id);
    expect([done.erasing, done.genre_pairs, done.erased_at]).toEqual([undefined, [], body.erased_at]);
    expect((await erase(org, id)).body).toMatchObject({ version: done.version });
    await world.drain(erasePersonWorker);
    expect(await memberOf(org, id)).toEqual(done);
  });
  it("403 for a moderator, 404 for nobody, 412 for another version, 428 without", async () => {
    const org = await world.org();
    const { id } = await org.member();
    expect((await erase(org, id, "moderator")).status).toBe(403);
    const { api } = org.admin;
    expect((await api.post(`/soundcloud/members/${org.org_id}/erase`, undefined, { version: 1 })).status).toBe(404);
    expect((await api.post(`/soundcloud/members/${id}/erase`, undefined, { version: 99 })).status).toBe(412);
    expect((await api.post(`/soundcloud/members/${id}/erase`)).status).toBe(428);
  });
});

/** A row of an import that became a member. */
const rowOf = async ({ ctx, org_id }: SoundcloudOrg, member_id: string, parsed: NonNullable<ImportRow["parsed"]>): Promise<ImportRow> => {
  const run = await Import.create(ctx, { org_id, kind: "members", filename: "members.csv", size: 10, upload_key: `${org_id}/imports/y.csv` });
  return ImportRow.create(ctx, { org_id, import_id: run.id, row: 1, line: 2, outcome: "imported", member_id, parsed });
};

describe("erase-person", () => {
  it("finds a member who was never matched by the address, and nobody where there is none", async () => {
    const org = await world.org();
    const { id } = await org.member({ emails: ["unmatched@example.com"] });
    const user_id = world.ids.uuid();
    expect(await world.deliver(erasePersonWorker, [await personErased(org, user_id, "stranger@example.com")])).toBe(0);
    expect((await memberOf(org, id)).erased_at).toBeUndefined();
    expect(await world.deliver(erasePersonWorker, [await personErased(org, user_id, "unmatched@example.com")])).toBe(0);
    expect((await memberOf(org, id)).erased_at).toBeDefined();
  });
  it("takes only the address from a member whom another user acts as", async () => {
    const org = await world.org();
    const shared = await org.member({ emails: ["first@example.com", "second@example.com"], primary_email: "second@example.com" });
    await Member.patch(org.ctx, shared, { user_id: world.ids.uuid() });
    const row = await rowOf(org, shared.id, { name: "Both", emails: shared.emails, primary_email: "second@example.com" });
    expect(await world.deliver(erasePersonWorker, [await personErased(org, world.ids.uuid(), "second@example.com")])).toBe(0);
    expect((await ImportRow.get(org.ctx, row, { consistent: true })).parsed).toEqual({ name: "Both", emails: ["first@example.com"] });
    const left = await memberOf(org, shared.id);
    expect([left.emails, left.primary_email, left.erased_at]).toEqual([["first@example.com"], undefined, undefined]);
  });
  it("told late, or again from an archive, leaves alone whoever has come since", async () => {
    const org = await world.org();
    const before = new Date(world.clock.now().getTime() - 1).toISOString();
    const [back, user_id] = [await org.member({ emails: ["back@example.com"] }), world.ids.uuid()];
    const shared = await org.member({ emails: ["shared@example.com"] });
    await Member.patch(org.ctx, shared, { user_id: world.ids.uuid() });
    for (const address of ["back@example.com", "shared@example.com"])
      expect(await world.deliver(erasePersonWorker, [await personErased(org, user_id, address, before)])).toBe(0);
    expect(await memberOf(org, back.id)).toMatchObject({ version: back.version, emails: ["back@example.com"] });
    expect((await memberOf(org, shared.id)).emails).toEqual(["shared@example.com"]);
    await Member.patch(org.ctx, back, { user_id });
    expect(await world.deliver(erasePersonWorker, [await personErased(org, user_id, "other@example.com", before)])).toBe(0);
    expect((await memberOf(org, back.id)).erased_at).toBeUndefined();
  });
  it("erases the matched member, and takes the address from another who has it", async () => {
    const org = await world.org();
    const [matched, named, user_id] = [await org.member(), await org.member({ emails: ["old@example.com", "kept@example.com"] }), world.ids.uuid()];
    await Member.patch(org.ctx, matched, { user_id });
    expect(await world.deliver(erasePersonWorker, [await personErased(org, user_id, "old@example.com")])).toBe(0);
    expect((await memberOf(org, matched.id)).erased_at).toBeDefined();
    expect(await memberOf(org, named.id)).toMatchObject({ emails: ["kept@example.com"] });
  });
  it("fails poison alone: an address sealed for another org, an unknown member, a message without sense", async () => {
    const [org, elsewhere] = [await world.org(), await world.org()];
    const { id } = await org.member();
    await org.admin.api.post(`/soundcloud/members/${id}/erase`, undefined, { version: 1 });
    const foreign = (await personErased(elsewhere, world.ids.uuid(), "x@example.com")).replaceAll(elsewhere.org_id, org.org_id);
    const bodies = [foreign, org.message(ErasePerson, { member_id: world.ids.uuid() }), "{}", org.message(ErasePerson, { member_id: id })];
    expect(await world.deliver(erasePersonWorker, bodies)).toBe(3);
    expect((await memberOf(org, id)).erasing).toBeUndefined();
  });
  it("forgets the URN that a verification wrote back meanwhile", async () => {
    const { org, supporter, assignment } = await paid(world);
    await orderErasure(org.ctx, supporter.id);
    await completeAssignment(org.ctx, assignment.id, { verified_by: "soundcloud", soundcloud_urn: "soundcloud:users:1" });
    expect(await memberOf(org, supporter.id)).toMatchObject({ soundcloud_urn: "soundcloud:users:1", completed_count: 1 });
    await world.drain(erasePersonWorker);
    const done = await memberOf(org, supporter.id);
    expect([done.soundcloud_urn, done.completed_count]).toEqual([undefined, 1]);
  });
  it("ends in the queues what was published since the lists were read: for the supporter, and for the payer", async () => {
    for (const [who, expected] of [
      ["supporter", { excused: false }],
      ["artist", { excused: true, track_url: "https://erased.invalid/" }],
    ] as const) {
      const { org, assignment, ...parties } = await paid(world);
      const member = await orderErasure(org.ctx, parties[who].id);
      const ctx = { ...org.ctx, commands: world.ports.commands as never, files: store(), remaining_ms: () => 60_000 };
      expect(await eraseFromQueues(ctx, { member, texts: member.erasing!, from: {} })).toBeUndefined();
      const after = await assignmentOf(org, assignment);
      expect(after).toMatchObject({ status: "skipped", ...expected });
      expect(after.check).toBeUndefined();
      expect(await org.wallet(parties.artist.id)).toMatchObject({ reserved: 0 });
    }
  });
  it("takes back the exports that the member, or the address that is taken, is in", async () => {
    const org = await world.org();
    const { member, person } = await org.artist();
    expect((await person.api.get("/soundcloud/members/me")).body.id).toBe(member.id);
    const exported = async (): Promise<{ id: string; download_url: string }> => {
      const { body } = await org.admin.api.post("/soundcloud/exports", { kind: "members", format: "csv" });
      await world.drain(writeExportWorker);
      return (await org.admin.api.get(`/soundcloud/exports/${body.id}`)).body;
    };
    const isTaken = async ({ id, download_url }: { id: string; download_url: string }) => {
      expect((await org.admin.api.get(`/soundcloud/exports/${id}`)).body).toMatchObject({ status: "failed", errors: [{ code: "member_erased" }] });
      expect((await fetch(download_url)).status).toBe(404);
    };
    const before = await exported();
    world.clock.advance(1);
    expect(await world.deliver(erasePersonWorker, [await personErased(org, world.ids.uuid(), member.emails[0]!)])).toBe(0);
    expect((await memberOf(org, member.id)).emails).toEqual([]);
    await isTaken(before);
    const after = await exported();
    await orderErasure(org.ctx, member.id);
    await world.drain(erasePersonWorker);
    await isTaken(after);
  });
  it("goes on in a new message when time runs out", async () => {
    const org = await world.org();
    const { id } = await org.member();
    const client = await org.clientOf("Label");
    await org.submission({ client_id: client.id, status: "approved", target_count: 1 });
    await world.build(org);
    await org.admin.api.post(`/soundcloud/members/${id}/erase`, undefined, { version: 1 });
    const order = org.message(ErasePerson, { member_id: id });
    expect(await world.deliver(erasePersonWorker, [order], { remaining_ms: 10_000 })).toBe(0);
    expect((await memberOf(org, id)).erasing).toBeDefined();
    expect(world.sent.filter(({ envelope }) => envelope.type === ErasePerson.type).length).toBe(1);
    await world.drain(erasePersonWorker);
    expect((await memberOf(org, id)).erasing).toBeUndefined();
  });
});
