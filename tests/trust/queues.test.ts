import { expect, it } from "vitest";
import { BuildQueue } from "../../events/soundcloud/build-queue.v1.ts";
import { PublishQueue } from "../../events/soundcloud/publish-queue.v1.ts";
import { buildQueueWorker } from "../../functions/soundcloud/build-queue.worker.ts";
import { publishQueueWorker } from "../../functions/soundcloud/publish-queue.worker.ts";
import type { Worker } from "../../shared/kernel/queue/worker.ts";
import { addAvoided } from "../../shared/soundcloud/member/avoid-list.ts";
import type { Member } from "../../shared/soundcloud/member/member.ts";
import type { QueueAssignment } from "../../shared/soundcloud/queue/queue-assignment.ts";
import { reconcileOrg } from "../../shared/soundcloud/reconcile/reconcile.ts";
import { faultGate } from "../support/faults/gate.ts";
import { FAULT_KINDS, type FaultKind } from "../support/faults/kinds.ts";
import { pick, randomOf } from "../support/faults/random.ts";
import { atSize, figures } from "../support/figures.ts";
import type { SoundcloudOrg } from "../support/soundcloud.ts";
import { DAY, type QueueWorld, queueWorld } from "../workers/soundcloud/queues-world.ts";

const SEED = 17;
const ROSTERS = atSize({ test: 50, soak: 1_000 });
const RATE = 0.05;
const MOST_DELIVERIES = 20;
const TIMEOUT_MS = atSize({ test: 180_000, soak: 7_200_000 });
/** Those that the two jobs can meet, which write in transactions alone; what an index showed before a person approved is older than they ever see. */
const KINDS: readonly FaultKind[] = FAULT_KINDS.filter((kind) => !["write_in_conflict", "stale_index"].includes(kind));

interface Roster {
  readonly org: SoundcloudOrg;
  readonly members: readonly Member[];
  /** Handles by the member who is never to be matched with them. */
  readonly avoided: ReadonlyMap<string, string>;
}

/** A few supporters of different capacities, tracks of members who can pay for some and of a client, some handles kept apart. */
const rosterOf = async (world: QueueWorld, random: () => number, roster: number): Promise<Roster> => {
  const org = await world.org();
  const wishes = Array.from({ length: 3 + Math.floor(random() * 3) }, () => ({ daily_capacity: pick(random, [1, 1, 2]), credits: pick(random, [0, 1, 3]) }));
  const members: Member[] = [];
  for (const wish of wishes) members.push(await org.member(wish));
  const client = await org.clientOf("Label");
  const artists: string[] = [];
  for (let track = 0; track < 3; track++) {
    const party = random() < 0.5 ? { client_id: client.id } : { member_id: pick(random, members).id };
    artists.push(`roster-${roster}-${track}`);
    await org.submission({ ...party, status: "approved", target_count: 1 + Math.floor(random() * 3), artist: artists.at(-1)! });
  }
  const avoided = new Map<string, string>();
  for (const { id } of members)
    if (random() < 0.4) {
      avoided.set(id, pick(random, artists));
      await addAvoided(org.ctx, id, { avoided_handle: avoided.get(id)!, platform: "soundcloud" });
    }
  return { org, members, avoided };
};

/** As a queue: again until it is done. */
const insist = async (world: QueueWorld, worker: Worker, body: string): Promise<void> => {
  for (let delivery = 1; delivery <= MOST_DELIVERIES; delivery++) if ((await world.deliver(worker, [body])) === 0) return;
  throw new Error(`Not done after ${MOST_DELIVERIES} deliveries: ${String(world.log.lines.at(-1)?.fields?.["error"])}`);
};

const violationsOf = ({ members, avoided }: Roster, all: readonly QueueAssignment[]): string[] => {
  const found: string[] = [];
  const capacity = new Map(members.map(({ id, daily_capacity }) => [id, daily_capacity]));
  for (const [supporter, of] of Map.groupBy(all, ({ supporter_id }) => supporter_id))
    if (of.length > (capacity.get(supporter) ?? 0)) found.push(`${supporter} has ${of.length} of ${capacity.get(supporter)}`);
  for (const { supporter_id, artist_key, payer_id } of all) {
    if (avoided.get(supporter_id) === artist_key) found.push(`${supporter_id} avoids ${artist_key}`);
    if (payer_id === supporter_id) found.push(`${supporter_id} supports their own track`);
  }
  if (new Set(all.map(({ submission_id, supporter_id }) => `${submission_id}/${supporter_id}`)).size !== all.length) found.push("a pair comes twice");
  const positions = all.map(({ position }) => position).toSorted((a, b) => a - b);
  if (positions.some((position, at) => position !== at + 1)) found.push(`positions are ${positions.join()}`);
  return found;
};

const told = (all: readonly QueueAssignment[]): unknown[] =>
  all.map(({ position, submission_id, supporter_id, credits_allocated }) => [position, submission_id, supporter_id, credits_allocated]);

it(
  `${ROSTERS} random rosters under faults get queues that keep every rule`,
  async () => {
    const gate = faultGate({ seed: SEED, rate: RATE, kinds: KINDS, eager: true });
    const world = await queueWorld({ wrap: gate.wrap });
    const random = randomOf(SEED);
    let [assigned, credits] = [0, 0];
    const underFaults = async (worker: Worker, body: string): Promise<void> => {
      gate.start();
      await insist(world, worker, body);
      await gate.stop();
    };
    for (let n = 0; n < ROSTERS; n++) {
      const roster = await rosterOf(world, random, n);
      const { org } = roster;
      await world.build(org);
      const undisturbed = told(await world.assignments(org));
      await underFaults(buildQueueWorker, org.message(BuildQueue, { date: DAY }));
      const built = await world.assignments(org);
      expect(told(built), "The same input gives the same queue.").toEqual(undisturbed);
      expect(violationsOf(roster, built), `roster ${n} of seed ${SEED}`).toEqual([]);

      if (built.length === 0) continue;
      for (const step of ["approve", "publish"]) {
        const { status, problem } = await org.admin.api.post(`/soundcloud/queues/${DAY}/${step}`);
        expect(status, `${step}: ${JSON.stringify(problem)}`).toBeLessThan(300);
      }
      await underFaults(publishQueueWorker, org.message(PublishQueue, { date: DAY }));
      world.sent.splice(0);
      const published = await world.assignments(org);
      assigned += published.filter(({ published_at }) => published_at !== undefined).length;
      for (const { id } of roster.members) {
        const { reserved } = await org.wallet(id);
        const allocated = published
          .filter(({ payer_id, status }) => payer_id === id && status === "assigned")
          .reduce((sum, one) => sum + one.credits_allocated, 0);
        expect([id, reserved]).toEqual([id, allocated]);
        credits += reserved;
      }
      expect((await reconcileOrg(org.ctx)).differences).toEqual([]);
    }
    await world.stop();
    expect(assigned).toBeGreaterThan(ROSTERS);
    expect(credits).toBeGreaterThan(ROSTERS / 2);
    expect(gate.faults).toBeGreaterThan(0);
    expect(gate.unfired(KINDS)).toEqual([]);
    figures("R8", {
      rosters: ROSTERS,
      "assignments published": assigned,
      "credits reserved": credits,
      faults: gate.faults,
      "kinds of faults": Object.keys(gate.fired).length,
      violations: 0,
    });
  },
  TIMEOUT_MS,
);
