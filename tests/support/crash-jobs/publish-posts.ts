import { PublishPost } from "../../../events/social/publish-post.v1.ts";
import { publishDueJob } from "../../../functions/social/publish-due.schedule.ts";
import { publishPostWorker } from "../../../functions/social/publish-post.worker.ts";
import { ContentTemplate } from "../../../shared/social/template/content-template.ts";
import { type PublishingWorld, publishingWorld } from "../../workers/social/publishing-world.ts";
import type { CrashGate } from "../faults/crash.ts";
import { socialWorld } from "../social.ts";
import { crashCase, requireDone } from "./crash-case.ts";

const START = "2026-11-20T09:00:00.000Z";
const LEASE_MS = 15 * 60_000;

/** Each delivery comes after the lease of the one before, as the minute's run orders it. */
export const publishPostCrash = crashCase("a publication", {
  place: (gate: CrashGate): Promise<PublishingWorld> => publishingWorld({ gate }),
  start: async (world) => {
    world.clock.set(START);
    const org = await world.org();
    const template = await ContentTemplate.create(org.ctx, { org_id: org.org_id, name: "Workout", caption_template: "x" });
    const one = await world.planned({ template_id: template.id, caption: "Squats." }, { org });
    world.clock.set(one.scheduled_at);
    return { one, template, order: org.message(PublishPost, { post_id: one.id }) };
  },
  run: async (world, { order }) => {
    world.restart();
    world.clock.advance(LEASE_MS);
    return requireDone(world.deliver(publishPostWorker, [order]));
  },
  state: async (world, { one, template }) => {
    const { status, platform_post_id, platform_url } = await world.postOf(one);
    const shown = await world.shown(one);
    const facts = (await one.org.events()).filter(({ type }) => type === "social.post-published.v1");
    return {
      status,
      shown: shown.length,
      known: shown[0]?.id === platform_post_id && platform_url !== undefined,
      facts: facts.length,
      used: (await ContentTemplate.get(one.org.ctx, template, { consistent: true })).usage_count,
    };
  },
  ends: { status: "published", shown: 1, known: true, facts: 1, used: 1 },
  stop: (world) => world.stop(),
});

const POSTS = 3;

/** Of every org each post that is due is ordered, under an id of its own however often. */
export const publishDueCrash = crashCase("the orders of posts that are due", {
  place: (gate: CrashGate) => socialWorld({ gate }),
  start: async (world) => {
    world.sent.splice(0);
    const orgs = [await world.org(), await world.org()];
    const due_at = world.clock.now().toISOString();
    const ids: string[] = [];
    for (const org of orgs)
      for (let n = 0; n < POSTS; n++) ids.push((await org.post({ status: "scheduled", due_at, waits_for: n === 0 ? "retry" : "time" })).id);
    await orgs[0]!.post({ status: "scheduled", due_at, waits_for: "hand" });
    return new Set(ids);
  },
  run: (world) => world.tick(publishDueJob, world.clock.now().toISOString()),
  state: async (world, ids) => {
    const orders = world.sent.filter(({ envelope }) => ids.has((envelope.data as { post_id: string }).post_id));
    return {
      posts: new Set(orders.map(({ envelope }) => (envelope.data as { post_id: string }).post_id)).size,
      orders: new Set(orders.map(({ envelope }) => envelope.id)).size,
    };
  },
  ends: { posts: 2 * POSTS, orders: 2 * POSTS },
});
