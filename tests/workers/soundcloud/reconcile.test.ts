import { beforeAll, describe, expect, it } from "vitest";
import { ReconciliationRequested } from "../../../events/soundcloud/reconciliation-requested.v1.ts";
import { RunReconciliation } from "../../../events/soundcloud/run-reconciliation.v1.ts";
import { reconcileNightlyJob } from "../../../functions/soundcloud/reconcile-nightly.schedule.ts";
import { reconcileWorker } from "../../../functions/soundcloud/reconcile.worker.ts";
import { CampaignAccount } from "../../../shared/soundcloud/credit/campaign-account.ts";
import { LedgerEntry } from "../../../shared/soundcloud/credit/ledger-entry.ts";
import { Wallet } from "../../../shared/soundcloud/credit/wallet.ts";
import { Member } from "../../../shared/soundcloud/member/member.ts";
import { createReconciliation } from "../../../shared/soundcloud/reconcile/create-reconciliation.ts";
import { listDifferences, listReconciliations } from "../../../shared/soundcloud/reconcile/read-reconciliations.ts";
import { Reconciliation } from "../../../shared/soundcloud/reconcile/reconciliation.ts";
import { crashPoints } from "../../support/faults/crash.ts";
import { type SoundcloudOrg, type SoundcloudWorld, soundcloudWorld } from "../../support/soundcloud.ts";

const TIMEOUT_MS = 180_000;
const counted: [string, number][] = [];
const metrics = { count: (name: string, value = 1) => void counted.push([name, value]), took: () => {}, by: () => {}, flush: () => {} };
let world: SoundcloudWorld;
beforeAll(async () => {
  world = await soundcloudWorld({ ports: { metrics } });
});

const runOf = (org: SoundcloudOrg, id: string): Promise<Reconciliation> => Reconciliation.get(org.ctx, { org_id: org.org_id, id }, { consistent: true });
const found = async (org: SoundcloudOrg, id: string) => (await listDifferences(org.ctx, id, { limit: 100 })).items;
/** The order as it reaches the queue: the event of the creating transaction, on the bus. */
const ordered = async (org: SoundcloudOrg) => {
  const run = await createReconciliation(org.ctx);
  const event = (await org.events()).find(
    ({ type, data }) => type === ReconciliationRequested.type && (data as { reconciliation_id: string }).reconciliation_id === run.id,
  );
  return { id: run.id, body: JSON.stringify({ "detail-type": event!.type, detail: event }) };
};
/** A balance and a campaign account that no ledger proves. */
const spoil = async (org: SoundcloudOrg): Promise<string> => {
  const { id } = await org.member({ followers: 100_000 });
  await Wallet.patch(org.ctx, { org_id: org.org_id, member_id: id }, { balance: 9 });
  await CampaignAccount.patch(org.ctx, { org_id: org.org_id }, { minted: 5 });
  return id;
};
const differencesOf = (org: SoundcloudOrg, id: string) => [
  { check: "wallet.balance", subject: id, stored: 9, computed: 3 },
  { check: "campaign_account.minted", subject: org.org_id, stored: 5, computed: 0 },
];

describe("a run", () => {
  it("is done once, however often its order is delivered; a difference is stored, logged and counted, and nothing is changed", async () => {
    const org = await world.org();
    const member_id = await spoil(org);
    const { id, body } = await ordered(org);
    counted.length = 0;
    expect(await world.deliver(reconcileWorker, [body])).toBe(0);
    const done = await runOf(org, id);
    expect(done).toMatchObject({ status: "completed", difference_count: 2, checked: { wallets: 1, members: 1, ledger_entries: 1, campaign_account: true } });
    expect(await found(org, id)).toEqual(differencesOf(org, member_id));
    expect(counted).toEqual([["reconciliation_differences", 2]]);
    expect(world.log.lines).toContainEqual(
      expect.objectContaining({
        level: "error",
        message: "books differ",
        fields: expect.objectContaining({ count: 2, differences: differencesOf(org, member_id) }),
      }),
    );
    expect(await world.deliver(reconcileWorker, [body, body])).toBe(0);
    expect(await runOf(org, id)).toEqual(done);
    expect((await org.wallet(member_id)).balance).toBe(9);
  });

  it("counts what a member submitted in the month, without what was rejected", async () => {
    const org = await world.org();
    const { id: member_id } = await org.member();
    const at = { org_id: org.org_id, id: member_id };
    await Member.patch(org.ctx, at, { submissions_month: "2026-11", submissions_this_month: 2 });
    for (const status of ["new", "approved", "rejected"] as const) await org.submission({ member_id, status });
    await org.submission({ member_id, submitted_month: "2026-10" });
    const run = async () => {
      const { id, body } = await ordered(org);
      expect(await world.deliver(reconcileWorker, [body])).toBe(0);
      return found(org, id);
    };
    expect(await run()).toEqual([]);
    await Member.patch(org.ctx, at, { submissions_this_month: 1 });
    expect(await run()).toEqual([{ check: "member.submissions_this_month", subject: member_id, stored: 1, computed: 2 }]);
  });

  it("delivered twice at the same time finds each difference once", async () => {
    const org = await world.org();
    const member_id = await spoil(org);
    for (let n = 0; n < 12; n++) await org.member({ genres: [], unlinked: true });
    const { id, body } = await ordered(org);
    expect(await world.deliver(reconcileWorker, [body, body, body])).toBe(0);
    expect(await runOf(org, id)).toMatchObject({ status: "completed", difference_count: 2, checked: { wallets: 13, members: 13 } });
    expect(await found(org, id)).toEqual(differencesOf(org, member_id));
  });

  it("goes on in new messages when time runs short, and leaves nothing out", async () => {
    const org = await world.org();
    const spoiled: string[] = [];
    for (let n = 0; n < 23; n++) {
      const { id } = await org.member({ genres: [], unlinked: true });
      await Member.patch(org.ctx, { org_id: org.org_id, id }, { completed_count: n + 1 });
      spoiled.push(id);
    }
    const { id, body } = await ordered(org);
    expect(await world.deliver(reconcileWorker, [body], { remaining_ms: 10_000 })).toBe(0);
    expect(await runOf(org, id)).toMatchObject({ status: "running", checked: { wallets: 10, members: 0 } });
    expect(await world.drain(reconcileWorker, { remaining_ms: 10_000 })).toBeGreaterThan(8);
    const { status, difference_count, checked } = await runOf(org, id);
    expect({ status, difference_count, checked }).toMatchObject({ status: "completed", difference_count: 23, checked: { wallets: 23, members: 23 } });
    expect((await found(org, id)).map(({ check, subject }) => `${check} ${subject}`)).toEqual(spoiled.map((member) => `member.completed_count ${member}`));
  });

  it("fails when it breaks five times in a row, and goes on when its message is redriven; a poison message fails alone", async () => {
    const org = await world.org();
    const account = { org_id: org.org_id };
    await CampaignAccount.delete(org.ctx, account);
    const { id, body } = await ordered(org);
    for (let receive = 1; receive <= 5; receive++) {
      expect((await runOf(org, id)).status).toBe("running");
      expect(await world.deliver(reconcileWorker, [body])).toBe(1);
    }
    expect(await runOf(org, id)).toMatchObject({ status: "failed", failure: "not_found" });
    await CampaignAccount.create(org.ctx, account);
    expect(await world.deliver(reconcileWorker, [org.message(RunReconciliation, { reconciliation_id: world.ids.uuid() }), "poison", body])).toBe(2);
    const { failure, ...run } = await runOf(org, id);
    expect([failure, run]).toMatchObject([undefined, { status: "completed", difference_count: 0 }]);
  });

  it(
    "stopped at any of its calls, before or after its effect, it ends the same when repeated",
    async () => {
      let place: SoundcloudWorld | undefined;
      const { points } = await crashPoints({
        world: async (gate) => {
          place ??= await soundcloudWorld({ wrap: gate.wrap, ports: { metrics } });
          const org = await place.org();
          const member_id = await spoil(org);
          await LedgerEntry.patch(org.ctx, { org_id: org.org_id, member_id, seq: 1 }, { change_amount: 2 });
          return { org, ...(await ordered(org)) };
        },
        run: async ({ body }) => {
          if ((await place!.deliver(reconcileWorker, [body])) > 0) throw new Error("The record failed and is delivered again.");
        },
        state: async ({ org, id }) => {
          const { status, checked, difference_count, checkpoint } = await runOf(org, id);
          const { items } = await listReconciliations(org.ctx, { limit: 10 });
          return {
            status,
            checked,
            difference_count,
            step: checkpoint.step,
            runs: items.length,
            found: (await found(org, id)).map(({ check, computed }) => [check, typeof computed]),
          };
        },
        // Every point is tried by the soak's criterion R6; here it is the many kinds of difference.
        most: 2,
      });
      expect(points).toBe(2);
    },
    TIMEOUT_MS,
  );
});

describe("the schedule", () => {
  it("makes one run per org and day, and leaves a missed night", async () => {
    const alone = await soundcloudWorld({ ports: { metrics } });
    const second = await alone.org();
    for (const at of ["2026-11-21T03:00:00Z", "2026-11-21T03:00:00Z", "2026-11-24T03:00:00Z"]) await alone.tick(reconcileNightlyJob, at);
    const orders = alone.sent.map(({ body }) => body);
    expect(orders).toHaveLength(4);
    counted.length = 0;
    expect(await alone.drain(reconcileWorker)).toBe(4);
    expect(await alone.deliver(reconcileWorker, orders)).toBe(0);
    for (const org of [alone, second]) {
      const { items } = await listReconciliations(org.ctx, { limit: 10 });
      expect(items.map(({ status, date }) => `${status} ${date}`).toSorted()).toEqual(["completed 2026-11-21", "completed 2026-11-24"]);
    }
    expect(new Set(counted.map(([name, value]) => `${name} ${value}`))).toEqual(new Set(["reconciliation_differences 0"]));
  });
});
