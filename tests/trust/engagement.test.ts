import { describe, expect, it } from "vitest";
import { IngestEvents } from "../../events/social/ingest-events.v1.ts";
import { ingestEventsWorker } from "../../functions/social/ingest-events.worker.ts";
import { removeEvents } from "../../shared/social/engagement/remove-events.ts";
import type { QueuedEvent } from "../../shared/social/engagement/arrived-event.ts";
import { COUNTERS } from "../../shared/social/engagement/tally.ts";
import type { Post } from "../../shared/social/post/post.ts";
import { type EngagementWorld, engagementWorld } from "../support/engagement.ts";
import { faultGate } from "../support/faults/gate.ts";
import { type FaultKind, FAULT_KINDS } from "../support/faults/kinds.ts";
import { pick, randomOf, shuffled } from "../support/faults/random.ts";
import { atSize, figures } from "../support/figures.ts";

const SEEDS = atSize({ test: 1, soak: 20 });
const EVENTS = atSize({ test: 300, soak: 5_000 });
const POSTS = 3;
const MESSAGE = 25;
const DUPLICATES = 0.2;
const FAULTS = 0.04;
const TIMEOUT_MS = atSize({ test: 240_000, soak: 7_200_000 });
const TYPES = ["like", "comment", "share", "save", "view"] as const;
/** Those that this path can meet. */
const KINDS: readonly FaultKind[] = FAULT_KINDS.filter((kind) => !["short_page", "empty_page", "stale_index", "slow_answer"].includes(kind));

/** Distinct acts on some posts over two days; plain views among them. */
const actsOf = (random: () => number, posts: readonly Post[]): QueuedEvent[] =>
  Array.from({ length: EVENTS }, (_, n) => {
    const event_type = pick(random, TYPES);
    const event_timestamp = new Date(Date.parse("2026-11-19T00:00:00.000Z") + Math.floor(random() * 1_900) * 60_000 + n).toISOString();
    const who = event_type === "view" && random() < 0.7 ? {} : { platform_user_id: `user-${Math.floor(random() * 50)}`, id: `act-${n}` };
    return { post_id: pick(random, posts).id, event_type, event_timestamp, ...who };
  });

/** What a set of acts comes to, by post. */
const sumsOf = (acts: readonly QueuedEvent[], posts: readonly Post[]) =>
  Object.fromEntries(
    posts.map(({ id }) => {
      const of = (type: (typeof TYPES)[number]): number => acts.filter(({ post_id, event_type }) => post_id === id && event_type === type).length;
      return [id, Object.fromEntries(TYPES.map((type) => [COUNTERS[type][0], of(type)]))];
    }),
  );

/** Delivers what the queue holds, in any order, until nothing fails; the last times without faults. */
const untilTaken = async (world: EngagementWorld, bodies: readonly string[], stop: () => Promise<void>): Promise<number> => {
  let [waiting, tries] = [[...bodies], 0];
  while (waiting.length > 0) {
    tries += 1;
    if (tries === 12) await stop();
    const left: string[] = [];
    for (const body of waiting) if ((await world.deliver(ingestEventsWorker, [body])) > 0) left.push(body);
    waiting = left;
    if (tries > 14) throw new Error(`${waiting.length} messages cannot be taken: ${JSON.stringify(world.log.lines.at(-1))}`);
  }
  return tries;
};

/** The stream of all shards in batches of any size, some of which come again; a batch that fails is repeated from where it failed. */
const untilCounted = async (world: EngagementWorld, random: () => number): Promise<number> => {
  let batches = 0;
  for (const { shard, records } of await world.told())
    for (let at = 0; at < records.length; batches += 1) {
      const from = random() < 0.25 ? Math.max(0, at - Math.floor(random() * 30)) : at;
      const batch = records.slice(from, at + 1 + Math.floor(random() * 40));
      const failed = await world.bring(batch, shard).catch(() => batch[0]!.dynamodb!.SequenceNumber);
      at = failed === undefined ? from + batch.length : records.findIndex(({ dynamodb }) => dynamodb!.SequenceNumber === failed);
      if (batches > 5_000) throw new Error(`The stream does not get on: ${JSON.stringify(world.log.lines.at(-1))}`);
    }
  return batches;
};

describe("counters of engagement", () => {
  it(
    `are the set of ${EVENTS} events: a fifth of them twice, in any order, poisoned, under faults, and some taken back`,
    async () => {
      let [faults, duplicates, batches] = [0, 0, 0];
      const met = new Set<string>();
      for (let seed = 1; seed <= SEEDS; seed++) {
        const random = randomOf(seed);
        const gate = faultGate({ seed, rate: FAULTS, kinds: KINDS, eager: true });
        const world = await engagementWorld({ wrap: gate.wrap });
        const posts = await Promise.all(Array.from({ length: POSTS }, () => world.post({ status: "published", view_shards: pick(random, [1, 4]) })));
        const acts = actsOf(random, posts);
        const messages: string[] = [];
        const order = shuffled(random, acts);
        for (let at = 0; at < order.length; at += MESSAGE) messages.push(world.message(IngestEvents, { events: order.slice(at, at + MESSAGE) }));
        // A network sends an act again in another message; a queue hands out a message again; views are known by their message alone.
        const again = shuffled(
          random,
          acts.filter(({ id }) => id !== undefined && random() < DUPLICATES),
        );
        duplicates += again.length;
        if (again.length > 0) messages.push(world.message(IngestEvents, { events: again.slice(0, 500) }));
        const twice = messages.filter(() => random() < DUPLICATES);
        const poison = world.message(IngestEvents, { events: order.slice(0, 1) }).replace('"event_type":"', '"event_type":"un');
        gate.start();
        await untilTaken(world, shuffled(random, [...messages, ...twice]), gate.stop);
        expect(await world.deliver(ingestEventsWorker, [poison])).toBe(1);
        gate.start();
        const stream = untilCounted(world, random);
        batches += await stream;
        await gate.stop();
        const taken = acts.filter(({ event_type, id }) => event_type !== "view" && id !== undefined).slice(0, 10);
        const refs = taken.map(({ post_id, event_timestamp, id }) => ({ post_id: post_id!, month: event_timestamp.slice(0, 7), id: id! }));
        expect(await removeEvents(world.ctx, { events: refs })).toEqual({ removed: refs.length, unchanged: 0 });
        gate.start();
        batches += await untilCounted(world, random);
        await gate.stop();
        const counted = Object.fromEntries(await Promise.all(posts.map(async ({ id }) => [id, await world.counted(id)] as const)));
        expect(counted, `Seed ${seed}`).toEqual(
          sumsOf(
            acts.filter((act) => !taken.includes(act)),
            posts,
          ),
        );
        faults += gate.faults;
        for (const kind of Object.keys(gate.fired)) met.add(kind);
      }
      expect(faults).toBeGreaterThan(10);
      expect(KINDS.filter((kind) => !met.has(kind))).toEqual([]);
      expect(duplicates).toBeGreaterThan(10);
      figures("R4", {
        "events of posts": EVENTS * SEEDS,
        "sent again": duplicates,
        "batches of the stream": batches,
        "faults met by counting": faults,
        "kinds of faults met by counting": met.size,
      });
    },
    TIMEOUT_MS,
  );
});
