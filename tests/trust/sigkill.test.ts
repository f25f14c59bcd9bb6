import { expect, it } from "vitest";
import { GrantCredits } from "../../events/soundcloud/grant-credits.v1.ts";
import { startMessages } from "../../infra/local/engines/messages.ts";
import { nextPeriod } from "../../shared/kernel/schedule/period.ts";
import { every } from "../../shared/kernel/table/every.ts";
import { realSleep } from "../../shared/kernel/wait.ts";
import { LedgerEntry } from "../../shared/soundcloud/credit/ledger-entry.ts";
import { reconcileOrg } from "../../shared/soundcloud/reconcile/reconcile.ts";
import { dynamoClient } from "../support/dynamo.ts";
import { randomOf, shuffled } from "../support/faults/random.ts";
import { atSize, figures } from "../support/figures.ts";
import { killHerd } from "../support/sigkill/herd.ts";
import { type SoundcloudOrg, soundcloudWorld } from "../support/soundcloud.ts";

const SEED = 11;
/** One order an org: nothing else makes up for one that is lost. */
const { orgs: ORGS, months: MONTHS, kills: KILLS } = atSize({ test: { orgs: 20, months: 1, kills: 1 }, soak: { orgs: 10_000, months: 1, kills: 500 } });
/** As many as spread the kills over nearly all of the work. */
const MOST_BATCHES = atSize({ test: 3, soak: 5 });
const AT_ONCE = 8;
const DUPLICATES = 0.2;
const VISIBILITY_S = 2;
const DONE_AFTER_MS = 60_000;
const TIMEOUT_MS = atSize({ test: 180_000, soak: 3_600_000 });

const monthsFrom = (first: string, count: number): string[] => {
  const months = [first];
  while (months.length < count) months.push(nextPeriod("month", months.at(-1)!));
  return months;
};

it(
  `${KILLS} kills over ${ORGS * MONTHS} orders lose and double nothing`,
  async () => {
    const random = randomOf(SEED);
    const world = await soundcloudWorld();
    const orgs: SoundcloudOrg[] = [];
    const members = new Map<SoundcloudOrg, string>();
    const open = async (): Promise<void> => {
      const org = await world.org();
      members.set(org, (await org.member()).id);
      orgs.push(org);
    };
    for (let n = 0; n < ORGS; n += AT_ONCE) await Promise.all(Array.from({ length: Math.min(AT_ONCE, ORGS - n) }, open));
    const months = monthsFrom("2026-12", MONTHS);
    const orders = months.flatMap((month) => orgs.map((org) => org.message(GrantCredits, { month })));
    const sent = orders.flatMap((order) => (random() < DUPLICATES ? [order, order] : [order]));

    const engine = await startMessages();
    const queue = engine.messages.createQueue("grants", `${engine.endpoint}/000000000000/grants`, "arn:aws:sqs:us-east-1:000000000000:grants", {
      VisibilityTimeout: String(VISIBILITY_S),
    });
    for (const MessageBody of shuffled(random, sent))
      await fetch(engine.endpoint, {
        method: "POST",
        headers: { "content-type": "application/x-amz-json-1.0", "x-amz-target": "AmazonSQS.SendMessage" },
        body: JSON.stringify({ QueueUrl: queue.url, MessageBody }),
      });

    const place = { dynamo: dynamoClient().endpoint, sqs: engine.endpoint, queue_url: queue.url, table: world.physical.soundcloud };
    const herd = await killHerd({ place, seed: SEED, size: atSize({ test: 2, soak: 3 }), kills: KILLS, most_batches: MOST_BATCHES });
    const lastKill = Date.now();
    const left = (): number => {
      const { inflightMessages, messages } = queue;
      return messages.length + inflightMessages.size;
    };
    const left_at_last_kill = left();
    while (left() > 0 && Date.now() - lastKill < DONE_AFTER_MS) await realSleep(100);
    const took_ms = Date.now() - lastKill;
    await herd.stop();
    await engine.stop();
    expect(left(), "orders left a minute after the last kill").toBe(0);

    for (const org of orgs) {
      const member_id = members.get(org)!;
      const entries = await Array.fromAsync(every((page) => LedgerEntry.list(org.ctx, { org_id: org.org_id, member_id }, page)));
      const granted = entries.filter(({ reason }) => reason === "monthly_grant").map(({ reference_id }) => reference_id);
      expect(granted.filter((month) => months.includes(month!)).toSorted()).toEqual(months);
      expect((await reconcileOrg(org.ctx)).differences).toEqual([]);
    }
    figures("R5", {
      kills: KILLS,
      jobs: orders.length,
      "jobs sent twice": sent.length - orders.length,
      "jobs left at the last kill": left_at_last_kill,
      "seconds to the end after the last kill": Math.ceil(took_ms / 1000),
    });
  },
  TIMEOUT_MS,
);
