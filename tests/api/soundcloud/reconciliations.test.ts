import { beforeAll, describe, expect, it } from "vitest";
import { ReconciliationRequested } from "../../../events/soundcloud/reconciliation-requested.v1.ts";
import { queuesApi } from "../../../functions/soundcloud/queues.api.ts";
import { reconcileWorker } from "../../../functions/soundcloud/reconcile.worker.ts";
import { reconciliationsApi } from "../../../functions/soundcloud/reconciliations.api.ts";
import { CampaignAccount } from "../../../shared/soundcloud/credit/campaign-account.ts";
import { LedgerEntry } from "../../../shared/soundcloud/credit/ledger-entry.ts";
import { Wallet } from "../../../shared/soundcloud/credit/wallet.ts";
import { MemberGenre } from "../../../shared/soundcloud/member/member-genre.ts";
import { Member } from "../../../shared/soundcloud/member/member.ts";
import { SupportRecord, supportDigest } from "../../../shared/soundcloud/queue/support-record.ts";
import { Submission } from "../../../shared/soundcloud/submission/submission.ts";
import { trackKeys } from "../../../shared/soundcloud/target/support-history.ts";
import type { SoundcloudOrg } from "../../support/soundcloud.ts";
import { DAY, type QueueWorld, queueWorld } from "../../workers/soundcloud/queues-world.ts";

const PATH = "/soundcloud/reconciliations";
let world: QueueWorld;
const metrics = { count: () => {}, took: () => {}, by: () => {}, flush: () => {} };
beforeAll(async () => {
  world = await queueWorld({ apis: [reconciliationsApi, queuesApi], ports: { metrics } });
  return () => world.stop();
});

/** Hands the order that a creation left in the outbox to the worker. */
const work = async (org: SoundcloudOrg, id: string): Promise<void> => {
  const orders = (await org.events()).filter(
    ({ type, data }) => type === ReconciliationRequested.type && (data as { reconciliation_id: string }).reconciliation_id === id,
  );
  expect(orders).toHaveLength(1);
  const [detail] = orders;
  expect(await world.deliver(reconcileWorker, [JSON.stringify({ "detail-type": ReconciliationRequested.type, detail })])).toBe(0);
};
/** Orders a run, has it done, and reads everything that it found. */
const reconcile = async (org: SoundcloudOrg) => {
  const { body } = await org.admin.api.post(PATH);
  await work(org, body.id);
  const run = (await org.admin.api.get(`${PATH}/${body.id}`)).body;
  expect(run.status).toBe("completed");
  const { items } = (await org.admin.api.get(`${PATH}/${body.id}/differences`, { query: { limit: 100 } })).body;
  expect(items).toHaveLength(run.difference_count);
  return { run, differences: items as { check: string; subject: string; stored: unknown; computed: unknown }[] };
};
const named = ({ differences }: Awaited<ReturnType<typeof reconcile>>): string[] => differences.map(({ check, subject }) => `${check} ${subject}`);

describe("POST /soundcloud/reconciliations", () => {
  it("202 with a run that nothing has touched yet, the same one for the same key; read again it is done", async () => {
    const org = await world.org();
    await org.member();
    const first = await org.admin.api.post(PATH, undefined, { key: "one" });
    expect([first.status, first.headers["location"]]).toEqual([202, `${PATH}/${first.body.id}`]);
    expect(first.body).toMatchObject({ status: "running", difference_count: 0, checked: { wallets: 0 }, requested_by: org.admin.user_id });
    expect(first.body).not.toHaveProperty("checkpoint");
    expect((await org.admin.api.post(PATH, undefined, { key: "one" })).body.id).toBe(first.body.id);
    await work(org, first.body.id);
    expect((await org.admin.api.get(`${PATH}/${first.body.id}`)).body).toMatchObject({
      status: "completed",
      difference_count: 0,
      completed_at: world.clock.now().toISOString(),
      checked: { wallets: 1, ledger_entries: 1, members: 1, submissions: 0, campaigns: 0, queues: 0, assignments: 0, inboxes: 0, campaign_account: true },
    });
  });

  it("403 for a moderator and a member, 404 for another org's run", async () => {
    const [org, other] = [await world.org(), await world.org()];
    const { person } = await org.artist();
    const { id } = (await other.admin.api.post(PATH)).body;
    for (const { api } of [org.moderator, person]) {
      expect((await api.post(PATH)).status).toBe(403);
      for (const path of [PATH, `${PATH}/${id}`, `${PATH}/${id}/differences`]) expect((await api.get(path)).status).toBe(403);
    }
    for (const path of [`${PATH}/${id}`, `${PATH}/${id}/differences`]) expect((await org.admin.api.get(path)).status).toBe(404);
  });

  it("lists runs, the latest first, a page at a time; 429 beyond ten an hour", async () => {
    const org = await world.org();
    const ids: string[] = [];
    for (let n = 0; n < 10; n++) {
      ids.unshift((await org.admin.api.post(PATH)).body.id);
      world.clock.advance(1000);
    }
    expect((await org.admin.api.post(PATH)).status).toBe(429);
    const first = (await org.admin.api.get(PATH, { query: { limit: 6 } })).body;
    const second = (await org.admin.api.get(PATH, { query: { limit: 6, cursor: first.next_cursor } })).body;
    expect([...first.items, ...second.items].map((run: { id: string }) => run.id)).toEqual(ids);
  });
});

describe("GET /soundcloud/reconciliations/{reconciliation_id}/differences", () => {
  it("an altered entry, a lost mirror and a wrong campaign account, and nothing else", async () => {
    const org = await world.org();
    const [victim, whole] = [await org.member({ followers: 100_000 }), await org.member({ genres: ["Pop"] })];
    await LedgerEntry.patch(org.ctx, { org_id: org.org_id, member_id: victim.id, seq: 1 }, { change_amount: 2 });
    await MemberGenre.delete(org.ctx, { org_id: org.org_id, member_id: whole.id, subgenre_key: "-", ...org.genre("Pop") });
    await CampaignAccount.patch(org.ctx, { org_id: org.org_id }, { minted: 5 });
    const found = await reconcile(org);
    expect(named(found).toSorted()).toEqual(
      [
        `campaign_account.minted ${org.org_id}`,
        `member.genre_pairs ${whole.id}`,
        `wallet.balance ${victim.id}`,
        `wallet.broken_entries ${victim.id}`,
        `wallet.last_hash ${victim.id}`,
      ].toSorted(),
    );
    expect(found.differences).toContainEqual({ check: "wallet.balance", subject: victim.id, stored: 3, computed: 2 });
    expect(found.differences.find(({ check }) => check === "wallet.last_hash")).toMatchObject({ stored: expect.any(String), computed: null });
  });

  it("an entry that is gone", async () => {
    const org = await world.org();
    const { id } = await org.member({ followers: 100_000, credits: 5 });
    await LedgerEntry.delete(org.ctx, { org_id: org.org_id, member_id: id, seq: 2 });
    expect((await reconcile(org)).differences.map(({ check }) => check).toSorted()).toEqual(["wallet.balance", "wallet.last_hash", "wallet.seq"]);
  });

  it("reservations, counters and records of support, each against the assignments that make it", async () => {
    const org = await world.org();
    const artist = await org.member({ followers: 100_000, credits: 9, genres: ["Rock"] });
    for (let n = 0; n < 3; n++) await org.member();
    const submission = await org.submission({ member_id: artist.id, status: "approved", target_count: 3 });
    await world.build(org);
    const [skipped, failed, open] = await world.publish(org);
    await org.admin.api.post(`/soundcloud/queue-assignments/${skipped!.id}/skip`, { reason: "On tour." });
    await org.admin.api.post(`/soundcloud/queue-assignments/${failed!.id}/fail`, { reason: "Never came." });
    const right = await reconcile(org);
    expect(right.differences).toEqual([]);
    expect(right.run.checked).toMatchObject({ submissions: 1, queues: 1, assignments: 3 });
    expect((await org.wallet(artist.id)).reserved).toBe(open!.credits_allocated);

    const { org_id } = org;
    await Wallet.patch(org.ctx, { org_id, member_id: artist.id }, { reserved: 0 });
    await Submission.patch(org.ctx, { org_id, id: submission.id }, { supported_count: 2, credits_consumed: 4 });
    await Member.patch(org.ctx, { org_id, id: skipped!.supporter_id }, { skipped_count: 0 });
    await Member.patch(org.ctx, { org_id, id: failed!.supporter_id }, { failed_count: 2 });
    for (const key of trackKeys(open!))
      await SupportRecord.delete(org.ctx, { org_id, track_key: supportDigest(org_id, key), supporter_id: open!.supporter_id });
    const { differences } = await reconcile(org);
    expect(differences).toHaveLength(6);
    expect(differences).toEqual(
      expect.arrayContaining([
        { check: "wallet.reserved", subject: artist.id, stored: 0, computed: open!.credits_allocated },
        { check: "submission.supported_count", subject: submission.id, stored: 2, computed: 1 },
        { check: "submission.credits_consumed", subject: submission.id, stored: 4, computed: 0 },
        { check: "member.skipped_count", subject: skipped!.supporter_id, stored: 0, computed: 1 },
        { check: "member.failed_count", subject: failed!.supporter_id, stored: 2, computed: 1 },
        { check: "assignment.support_records", subject: open!.id, stored: 0, computed: trackKeys(open!).length },
      ]),
    );
    await Submission.patch(org.ctx, { org_id, id: submission.id }, { supported_count: 0, credits_consumed: 0 });
    expect((await reconcile(org)).differences).toContainEqual({ check: "submission.supported_count", subject: submission.id, stored: 0, computed: 1 });
    expect((await world.assignments(org)).map(({ queue_date }) => queue_date)).toEqual([DAY, DAY, DAY]);
  });
});
