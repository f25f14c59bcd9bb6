import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { VerifySchedules } from "../../events/soundcloud/verify-schedules.v1.ts";
import { applyPlannerEventWorker } from "../../functions/soundcloud/apply-planner-event.worker.ts";
import { plannerWebhooksApi } from "../../functions/soundcloud/planner-webhooks.api.ts";
import { verifySchedulesWorker } from "../../functions/soundcloud/verify-schedules.worker.ts";
import { control } from "../integration/providers/support.ts";
import { atSize, figures } from "../support/figures.ts";
import { randomOf, shuffled } from "../support/faults/random.ts";
import { signed } from "../support/signed.ts";
import { PLANNER_SECRET } from "../support/planner-account.ts";
import { type Network, type PlannerWorld, plannerWorld } from "../workers/soundcloud/planner-world.ts";

const RUNS = atSize({ test: 2, soak: 60 });
const TARGETS = 6;
const TIMEOUT_MS = atSize({ test: 120_000, soak: 3_600_000 });

let world: PlannerWorld;
beforeAll(async () => {
  world = await plannerWorld({ apis: [plannerWebhooksApi] });
});
afterAll(() => world.stop());

interface Delivery {
  readonly id: string;
  readonly body: string;
}
interface Way {
  /** Of all call-backs, in [0, 1]. */
  readonly lost: number;
  readonly doubled: number;
  /** A mistake: nobody looks at SoundCloud. */
  readonly unverified?: true;
  /** What the create meets instead of its answer. */
  readonly answer?: string;
}

/** Call-backs of this network as they were made, then lost, doubled and shuffled. */
const deliveriesOf = async ({ submission }: Network, random: () => number, { lost, doubled }: Way): Promise<Delivery[]> => {
  const { items } = await control<{ items: Delivery[] }>(world.planner_sandbox.url, "GET", "deliveries");
  const made = items
    .filter(({ body }) => (JSON.parse(body) as { data: { media_url: string } }).data.media_url === submission.track_url)
    .filter(() => random() >= lost)
    .flatMap((one) => (random() < doubled ? [one, one] : [one]));
  return shuffled(random, made);
};

const send = async ({ org }: Network, { id, body }: Delivery): Promise<void> => {
  const reply = await world.client.request("POST", `/soundcloud/webhooks/influence-planner/${org.org_id}`, undefined, {
    raw: body,
    headers: signed(PLANNER_SECRET, body, { id, at: world.clock.now() }),
  });
  expect(reply.status).toBe(204);
};

/** One order of six reposts that Influence Planner carries out, two of them on accounts that broke; returns what both sides hold in the end. */
const run = async (seed: number, way: Way) => {
  const random = randomOf(seed);
  world.clock.set("2026-11-20T09:00:00.000Z");
  world.restartPlanner();
  await control(world.planner_sandbox.url, "DELETE", "faults");
  const network = await world.network(TARGETS);
  const broken = network.members.slice(0, 2);
  await world.plan(network);
  if (way.answer !== undefined) await world.plannerFault(way.answer);
  await world.sendAll();
  const userOf = (urn: string | undefined): string => `SOUNDCLOUD-USER-${urn!.split(":")[2]}`;
  await control(world.planner_sandbox.url, "PUT", "members", {
    members: broken.map(({ soundcloud_handle, soundcloud_urn }) => ({ handle: soundcloud_handle, user_id: userOf(soundcloud_urn), status: "INVALID" })),
  });
  world.clock.set("2026-11-22T09:00:00.000Z");
  await control(world.planner_sandbox.url, "POST", "perform");
  const held = await world.held(network);
  for (const one of held.filter(({ status }) => status === "completed")) {
    const member = network.members.find(({ soundcloud_urn }) => userOf(soundcloud_urn) === one.target_user_id)!;
    await world.repost(member, network.submission.track_url);
  }
  for (const delivery of await deliveriesOf(network, random, way)) await send(network, delivery);
  await world.drain(applyPlannerEventWorker);
  if (!way.unverified) {
    // What a call-back told just now to be scheduled is looked for an hour later.
    world.clock.advance(2 * 3_600_000);
    const order = network.org.message(VerifySchedules, { due_until: "2099-01-01T00:00:00.000Z" });
    expect(await world.deliver(verifySchedulesWorker, [order])).toBe(0);
    await world.drain(applyPlannerEventWorker);
  }
  const ours = new Map((await world.schedulesOf(network)).map(({ target_user_id, status }) => [target_user_id!, status]));
  return { theirs: new Map<string, string>(held.map(({ target_user_id, status }) => [target_user_id, status])), ours, created: held.length };
};

const completed = (states: ReadonlyMap<string, string>): string[] =>
  [...states]
    .filter(([, status]) => status === "completed")
    .map(([target]) => target)
    .toSorted();

describe("what Influence Planner did and what we hold of it", () => {
  it(
    "are the same with call-backs doubled and shuffled",
    async () => {
      for (let seed = 1; seed <= RUNS; seed++) {
        const { theirs, ours, created } = await run(seed, { lost: 0, doubled: 0.5 });
        expect(created).toBe(TARGETS);
        expect(Object.fromEntries(ours)).toEqual(Object.fromEntries(theirs));
      }
      figures("R4b", { "orders with call-backs doubled and shuffled": RUNS });
    },
    TIMEOUT_MS,
  );

  it(
    "are the same for every repost that stands, with half of the call-backs lost and the answer to the create as well",
    async () => {
      for (let seed = 1; seed <= RUNS; seed++) {
        const { theirs, ours, created } = await run(seed, { lost: 0.5, doubled: 0.3, ...(seed % 2 === 0 ? { answer: "lost_answer" } : {}) });
        expect(completed(ours)).toEqual(completed(theirs));
        expect(created).toBe(TARGETS);
      }
      figures("R4b", { "orders with half of them lost": RUNS });
    },
    TIMEOUT_MS,
  );

  it(
    "differ when nobody verifies what call-backs were lost for",
    async () => {
      const { theirs, ours } = await run(1, { lost: 1, doubled: 0, unverified: true });
      expect(completed(theirs)).toHaveLength(TARGETS - 2);
      expect(completed(ours)).toEqual([]);
    },
    TIMEOUT_MS,
  );
});
