import { RunReconciliation } from "../../../events/social/run-reconciliation.v1.ts";
import { UnparkEvents } from "../../../events/social/unpark-events.v1.ts";
import { ingestEventsWorker } from "../../../functions/social/ingest-events.worker.ts";
import { reconcileWorker } from "../../../functions/social/reconcile.worker.ts";
import { unparkEventsWorker } from "../../../functions/social/unpark-events.worker.ts";
import type { QueuedEvent } from "../../../shared/social/engagement/arrived-event.ts";
import { EventBatch } from "../../../shared/social/engagement/event-batch.ts";
import { ParkedEvent } from "../../../shared/social/engagement/parked-event.ts";
import { PostMonth } from "../../../shared/social/engagement/post-month.ts";
import { SocialReconciliation } from "../../../shared/social/reconcile/social-reconciliation.ts";
import { type EngagementWorld, engagementWorld } from "../engagement.ts";
import { crashCase, requireDone } from "./crash-case.ts";

const AT = "2026-11-20T08:15:00.000Z";
let drawn = 0;

/** A message on a new post of the one org, which no other run of the case touches. */
const start = async (world: EngagementWorld) => {
  drawn += 1;
  const post = await world.post({ status: "published", platform_post_id: `crash-${drawn}` });
  const act = (event_type: QueuedEvent["event_type"], more: Partial<QueuedEvent> = {}): QueuedEvent => ({
    post_id: post.id,
    event_type,
    event_timestamp: AT,
    ...more,
  });
  const events = [
    act("like", { platform_user_id: "user-1" }),
    act("view"),
    act("view", { platform_user_id: `user-${drawn}` }),
    { ...act("view"), post_id: undefined, platform: "instagram", platform_post_id: `unheard-of-${drawn}` } as unknown as QueuedEvent,
  ];
  return { post, events, id: world.ids.uuid(), unheard_of: `unheard-of-${drawn}` };
};
const parkedOf = async ({ ctx, org_id }: EngagementWorld, platform_post_id: string) =>
  (await ParkedEvent.query.byPost(ctx, { org_id, platform: "instagram", platform_post_id })).items;

export const ingestEventsCrash = crashCase("taking in events", {
  place: (gate) => engagementWorld({ gate }),
  start,
  run: (world, { events, id }) => requireDone(world.deliver(ingestEventsWorker, [world.message(ingestEventsWorker.command, { events }, id)])),
  state: async (world, { post, id, unheard_of }) => {
    await world.count();
    const { views, parked } = await EventBatch.get(world.ctx, { org_id: world.org_id, id }, { consistent: true });
    return { views, parked, counted: await world.counted(post.id), waiting: (await parkedOf(world, unheard_of)).length };
  },
  ends: { views: 1, parked: 1, waiting: 1, counted: { likes: 1, views: 2 } },
});

export const countEventsCrash = crashCase("counting events", {
  place: (gate) => engagementWorld({ gate }),
  start: async (world) => {
    const begun = await start(world);
    await world.ingest(begun.events, begun.id);
    return begun;
  },
  run: (world) => world.count(),
  state: async (world, { post }) => {
    const { events } = await PostMonth.get(world.ctx, { org_id: world.org_id, month: AT.slice(0, 7), post_id: post.id }, { consistent: true });
    return { events, counted: await world.counted(post.id) };
  },
  ends: { events: 1, counted: { likes: 1, views: 2 } },
});

export const unparkEventsCrash = crashCase("taking parked events back in", {
  place: (gate) => engagementWorld({ gate }),
  start: async (world) => {
    const begun = await start(world);
    await world.ingest(begun.events, begun.id);
    return { ...begun, known: await world.post({ status: "published", platform_post_id: begun.unheard_of }) };
  },
  run: (world, { known }) => requireDone(world.deliver(unparkEventsWorker, [world.message(UnparkEvents, { post_id: known.id })])),
  state: async (world, { known, unheard_of }) => {
    await world.drain(ingestEventsWorker);
    return { counted: await world.counted(known.id), waiting: (await parkedOf(world, unheard_of)).length };
  },
  ends: { waiting: 0, counted: { views: 1 } },
});

const DATE = "2026-11-20";
const silent = { count: () => undefined, flush: () => undefined };

export const reconcileCountsCrash = crashCase("recomputing counters", {
  place: async (gate) => {
    const world = await engagementWorld({ gate, ports: { metrics: silent } });
    const { id: post_id } = await world.post({ status: "published" });
    await world.ingest([{ post_id, event_type: "like", event_timestamp: AT, platform_user_id: "user-1" }]);
    await world.count();
    world.clock.advance(3_600_000);
    return world;
  },
  start: async (world) => ({ id: world.ids.uuid() }),
  run: (world, { id }) => requireDone(world.deliver(reconcileWorker, [world.message(RunReconciliation, { reconciliation_id: id, date: DATE }, id)])),
  state: async (world, { id }) => {
    const run = await SocialReconciliation.get(world.ctx, { org_id: world.org_id, id, date: DATE }, { consistent: true });
    return { status: run.status, compared: run.compared, unsettled: run.unsettled, differences: run.differences };
  },
  ends: { status: "completed", compared: 1, differences: [] },
});
