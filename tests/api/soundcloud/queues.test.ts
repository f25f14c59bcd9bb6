import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BuildQueue } from "../../../events/soundcloud/build-queue.v1.ts";
import { PublicationOrdered } from "../../../events/soundcloud/publication-ordered.v1.ts";
import { publishQueueWorker } from "../../../functions/soundcloud/publish-queue.worker.ts";
import { Member } from "../../../shared/soundcloud/member/member.ts";
import { Queue } from "../../../shared/soundcloud/queue/queue.ts";
import { SupportRecord, supportDigest } from "../../../shared/soundcloud/queue/support-record.ts";
import { reconcileOrg } from "../../../shared/soundcloud/reconcile/reconcile.ts";
import type { SoundcloudOrg } from "../../support/soundcloud.ts";
import { DAY, type QueueWorld, demand, queueWorld } from "../../workers/soundcloud/queues-world.ts";

const path = `/soundcloud/queues/${DAY}`;

let world: QueueWorld;
beforeAll(async () => {
  world = await queueWorld();
});
afterAll(() => world.stop());

const stored = (org: SoundcloudOrg): Promise<Queue> => Queue.get(org.ctx, { org_id: org.org_id, date: DAY }, { consistent: true });

describe("POST /soundcloud/queues/{date}/build", () => {
  it("202 and orders the build; 422 for a day that is over, 404 for what is no day, 403 for members", async () => {
    const org = await world.org();
    const { status, body } = await org.moderator.api.post(`${path}/build`);
    expect([status, body]).toEqual([202, { date: DAY, status: "ordered" }]);
    const sent = world.sent.splice(0);
    expect(sent.map(({ envelope }) => [envelope.type, envelope.org_id, envelope.data])).toEqual([
      [BuildQueue.type, org.org_id, { date: DAY, requested_by: org.moderator.user_id }],
    ]);
    expect((await org.moderator.api.post("/soundcloud/queues/2026-11-19/build")).problem).toMatchObject({ status: 422, code: "date_passed" });
    expect((await org.moderator.api.post("/soundcloud/queues/2026-02-30/build")).status).toBe(404);
    expect((await (await org.artist()).person.api.post(`${path}/build`)).status).toBe(403);
    expect(world.sent).toEqual([]);
  });

  it("409 once the queue is approved", async () => {
    const org = await world.org();
    await world.build(org);
    await org.admin.api.post(`${path}/approve`);
    expect((await org.admin.api.post(`${path}/build`)).problem).toMatchObject({ status: 409, code: "queue_frozen" });
  });
});

describe("deciding on a queue", () => {
  it("goes from draft to approved and back, and on to published; nothing else", async () => {
    const org = await world.org();
    await demand(org, 1);
    await world.build(org);
    const post = async (verb: string) => {
      const { status, body } = await org.admin.api.post(`${path}/${verb}`);
      return [status, status < 300 ? body.status : body.code];
    };
    expect(await post("publish")).toEqual([409, "invalid_transition"]);
    expect(await post("undo-approval")).toEqual([409, "invalid_transition"]);
    expect(await post("approve")).toEqual([200, "approved"]);
    expect(await stored(org)).toMatchObject({ approved_by_id: org.admin.user_id, approved_at: "2026-11-20T09:00:00.000Z" });
    expect(await post("approve")).toEqual([409, "invalid_transition"]);
    expect(await post("undo-approval")).toEqual([200, "draft"]);
    expect((await stored(org)).approved_by_id).toBeUndefined();
    await post("approve");
    expect(await post("publish")).toEqual([202, "approved"]);
    expect(await post("publish")).toEqual([202, "approved"]);
    expect(await post("undo-approval")).toEqual([409, "queue_publishing"]);
    expect(world.sent).toEqual([]);
    const orders = (await org.events()).filter(({ type }) => type === PublicationOrdered.type);
    expect(orders.map(({ data }) => data)).toEqual([{ date: DAY }, { date: DAY }]);
    await world.drain(publishQueueWorker);
    expect(await stored(org)).toMatchObject({ status: "published" });
    for (const verb of ["publish", "approve", "undo-approval"]) expect(await post(verb)).toEqual([409, "invalid_transition"]);
    const history = await Queue.history(org.ctx, { org_id: org.org_id, date: DAY });
    expect(history.items.map(({ to }) => to)).toEqual(["approved", "draft", "approved", "published"]);
    expect((await org.admin.api.post("/soundcloud/queues/2026-12-24/approve")).status).toBe(404);
  });
});

describe("reading queues", () => {
  it("members see a queue once it is published, and nothing of what it lacks", async () => {
    const org = await world.org();
    await demand(org, 1, 2);
    const { person } = await org.artist();
    await world.build(org);
    const read = async () => [(await person.api.get(path)).status, (await person.api.get("/soundcloud/queues")).body.items.length];
    expect(await read()).toEqual([404, 0]);
    await org.admin.api.post(`${path}/approve`);
    await org.admin.api.post(`${path}/publish`);
    expect(await read()).toEqual([404, 0]);
    await world.drain(publishQueueWorker);
    expect(await read()).toEqual([200, 1]);
    const shown = (await person.api.get(path)).body;
    expect(shown).toMatchObject({ date: DAY, status: "published", filled_slots: 2, total_slots: 2 });
    expect(["unfilled", "unfilled_count", "empty_counts", "notes", "build_order"].filter((field) => field in shown)).toEqual([]);
    expect((await person.api.get(`${path}/assignments`)).status).toBe(403);
  });

  it("ops list by date, the latest first, and read assignments and empty slots", async () => {
    const org = await world.org();
    const { members, submission } = await demand(org, 2, 1);
    await world.build(org, "2026-11-22");
    await world.build(org);
    const list = (await org.moderator.api.get("/soundcloud/queues", { query: { limit: 1 } })).body;
    expect([list.items.map(({ date }: { date: string }) => date), "unfilled" in list.items[0]]).toEqual([["2026-11-22"], false]);
    const rest = (await org.moderator.api.get("/soundcloud/queues", { query: { cursor: list.next_cursor } })).body;
    expect(rest.items).toMatchObject([{ date: DAY, status: "draft" }]);
    const [assignment] = (await org.moderator.api.get("/soundcloud/queues/2026-11-22/assignments")).body.items;
    const supporter = members.find(({ id }) => id === assignment.supporter_id)!;
    expect(assignment).toMatchObject({
      position: 1,
      submission_id: submission.id,
      track_url: submission.track_url,
      artist_name: submission.artist_name,
      supporter_handle: supporter.soundcloud_handle,
      supporter_name: supporter.name,
      needs_review: false,
    });
    expect(Object.keys(assignment).filter((field) => /check|expires|track_key|fee/.test(field))).toEqual([]);
    const { items } = (await org.moderator.api.get("/soundcloud/queues/2026-11-22/empty-slots")).body;
    expect(items).toMatchObject([{ empty_slots: 1, reason: "not_proposed" }]);
    expect("expires_at" in items[0]).toBe(false);
  });
});

describe("POST /soundcloud/queues/{date}/swap", () => {
  const swap = (org: SoundcloudOrg, assignment_id: string, supporter_id: string, key?: string) =>
    org.moderator.api.post(`${path}/swap`, { assignment_id, supporter_id }, key === undefined ? {} : { key });

  it("gives a planned assignment to another supporter, and the slots follow", async () => {
    const org = await world.org();
    const { members } = await demand(org, 2, 1);
    const dear = await org.member({ followers: 50_000 });
    await world.build(org);
    const [planned] = await world.assignments(org);
    const other = members.find(({ id }) => id !== planned!.supporter_id)!;
    const target = planned!.supporter_id === dear.id ? other : dear;
    const { status, body } = await swap(org, planned!.id, target.id);
    expect([status, body.id, body.supporter_id, body.status]).toEqual([200, planned!.id, target.id, "assigned"]);
    if (target === dear) expect(body).toMatchObject({ credits_allocated: 2, reach: 3000 });
    expect(await stored(org)).toMatchObject({ filled_slots: 1, total_slots: 3, empty_counts: { swapped: 1, not_proposed: 1 } });
    const slots = (await org.moderator.api.get(`${path}/empty-slots`)).body.items;
    expect(slots.find((slot: { supporter_id: string }) => slot.supporter_id === planned!.supporter_id)).toMatchObject({ reason: "swapped" });
    expect((await reconcileOrg(org.ctx)).differences).toEqual([]);
  });

  it("after publication releases the old one and binds the new one in one step, once per key", async () => {
    const org = await world.org();
    const artist = await org.member({ credits: 3, genres: ["Rock"] });
    const [cheap, dear] = [await org.member(), await org.member({ followers: 50_000 })];
    const submission = await org.submission({ member_id: artist.id, status: "approved", target_count: 1 });
    await world.build(org);
    const [bound] = await world.publish(org);
    const target = bound!.supporter_id === cheap.id ? dear : cheap;
    const key = "0199b1f0-7c00-7000-8000-0000000000aa";
    const first = await swap(org, bound!.id, target.id, key);
    const price = target === dear ? 2 : 1;
    expect(first).toMatchObject({
      status: 200,
      body: { status: "assigned", supporter_id: target.id, position: 2, credits_allocated: price, published_on: DAY, proof_due_at: "2026-11-21T09:00:00.000Z" },
    });
    expect((await swap(org, bound!.id, target.id, key)).body.id).toBe(first.body.id);
    expect(await world.assignment(bound!.id, org)).toMatchObject({ status: "skipped", skip_reason: "swapped", swapped_to: first.body.id });
    expect(await org.wallet(artist.id)).toMatchObject({ reserved: price, balance: 3 });
    const records = await SupportRecord.list(org.ctx, { org_id: org.org_id, track_key: supportDigest(org.org_id, submission.track_key) });
    expect(records.items.map(({ supporter_id, assignment_id }) => [supporter_id, assignment_id])).toEqual([[target.id, first.body.id]]);
    expect((await Member.get(org.ctx, { org_id: org.org_id, id: bound!.supporter_id }, { consistent: true })).skipped_count).toBe(0);
    expect(await stored(org)).toMatchObject({ filled_slots: 1, empty_counts: { swapped: 1, not_proposed: 1 } });
    expect((await reconcileOrg(org.ctx)).differences).toEqual([]);
    expect((await swap(org, bound!.id, target.id)).problem).toMatchObject({ status: 409, code: "not_assigned" });
  });

  it("409 with every reason against the supporter, 422 for who or what is not there", async () => {
    const org = await world.org();
    const { members } = await demand(org, 2);
    const avoided = await org.member({ genres: ["Rock"] });
    await world.build(org);
    const [planned] = await world.assignments(org);
    const handle = new URL(planned!.track_url).pathname.split("/")[1]!;
    await Member.patch(org.ctx, avoided, { avoided_handles: [handle] });
    const refused = await swap(org, planned!.id, avoided.id);
    expect(refused.problem).toMatchObject({ status: 409, code: "swap_conflict", reasons: ["avoid_list", "genre"] });
    const taken = members.find(({ id }) => id !== planned!.supporter_id)!;
    expect((await swap(org, planned!.id, taken.id)).problem).toMatchObject({ code: "swap_conflict", reasons: ["recent_artist", "at_capacity"] });
    expect((await swap(org, planned!.id, world.ids.uuid())).problem).toMatchObject({ status: 422, code: "unknown_member" });
    expect((await swap(org, world.ids.uuid(), taken.id)).problem).toMatchObject({ status: 422, code: "unknown_assignment" });
    await org.admin.api.post(`${path}/approve`);
    await org.admin.api.post(`${path}/publish`);
    await world.purge(publishQueueWorker);
    expect((await swap(org, planned!.id, taken.id)).problem.code).toBe("queue_publishing");
  });
});
