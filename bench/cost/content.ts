import { ArchiveMonth } from "../../events/social/archive-month.v1.ts";
import { PublishPost } from "../../events/social/publish-post.v1.ts";
import { archiveMonthWorker } from "../../functions/social/archive-month.worker.ts";
import { conversionsApi } from "../../functions/social/conversions.api.ts";
import { evaluateTrendsWorker } from "../../functions/social/evaluate-trends.worker.ts";
import { eventsApi } from "../../functions/social/events.api.ts";
import { ingestEventsWorker } from "../../functions/social/ingest-events.worker.ts";
import { outboxJob } from "../../functions/social/outbox.stream.ts";
import { publishPostWorker } from "../../functions/social/publish-post.worker.ts";
import { refreshPostWorker } from "../../functions/social/refresh-post.worker.ts";
import { hourOf } from "../../shared/social/trend/coverage.ts";
import { Settings } from "../../shared/social/settings/settings.ts";
import { socialSystem } from "../../shared/social/table.ts";
import { TopicDay, dayBefore } from "../../shared/social/trend/topic-day.ts";
import { engages, somebody } from "../../tests/support/audience.ts";
import { engagementWorld } from "../../tests/support/engagement.ts";
import { socialWorld } from "../../tests/support/social.ts";
import { MONTH, archiveWorld } from "../../tests/workers/social/archive-world.ts";
import { publishingWorld } from "../../tests/workers/social/publishing-world.ts";
import { trendsOf } from "../../tests/workers/social/trends-world.ts";
import type { Host, Scene } from "./measure.ts";
import { requireDone, requireOk } from "./require-ok.ts";

/** What a call of the API holds. */
const EVENTS = 500;
/** What the stream hands over at a time. */
const RECORDS = 1000;
/** More looks than these at a container of an image mean that something is wrong. */
const MOST_LOOKS = 5;
const TOUCHES = 3;
const MENTIONS = 100;
const TOPICS = 1000;
/** Persons of the most spoken-of topic; the nth has an nth of them. */
const GREATEST = 2000;
const ARCHIVED = { posts: 4, events: 100 };
const SECOND_MS = 1000;

const outbox = { system: socialSystem, job: outboxJob };

/** A post from its plan to the network. */
export const publication = async (host: Host): Promise<Scene> => {
  const world = await publishingWorld({ host });
  const account = await world.account();
  const draft = await world.post({ account_id: account.id, media_urls: ["https://media.example.com/squat.jpg"], hashtags: ["legday"] });
  const scheduled_at = new Date(world.clock.now().getTime() + 900 * SECOND_MS).toISOString();
  return {
    world,
    outbox,
    stop: () => world.stop(),
    operations: [
      {
        title: "a post planned",
        http: 1,
        run: async () => void (await requireOk(world.editor.api.post(`/social/posts/${draft.id}/schedule`, { scheduled_at }))),
      },
      {
        title: "its publication on Instagram",
        run: async (aside) => {
          for (let workers = 0; ; workers++) {
            const { status, due_at } = await aside(() => world.postOf({ org: world, id: draft.id }));
            if (status === "published") return { workers };
            if (workers === MOST_LOOKS || due_at === undefined) throw new Error(`The post is ${status}.`);
            world.clock.set(due_at);
            requireDone(await world.deliver(publishPostWorker, [world.message(PublishPost, { post_id: draft.id })]));
          }
        },
      },
    ],
  };
};

/** What people do on a post, until it is counted and shown. The tables have streams. */
export const engagement = async (host: Host): Promise<Scene> => {
  const world = await engagementWorld({ apis: [eventsApi], host });
  const { id: post_id } = await world.post({ status: "published" });
  const at = (n: number): string => new Date(world.clock.now().getTime() - n * SECOND_MS).toISOString();
  const counted = (title: string, eventOf: (n: number) => object) => ({
    title,
    count: EVENTS,
    http: 1,
    streams: 1,
    run: async () => {
      const events = Array.from({ length: EVENTS }, (_, n) => ({ post_id, event_timestamp: at(n), ...eventOf(n) }));
      await requireOk(world.editor.api.post("/social/events", { events }, { key: world.ids.uuid() }));
      const workers = await world.drain(ingestEventsWorker);
      await world.count(RECORDS);
      return { workers };
    },
  });
  return {
    world,
    outbox,
    operations: [
      counted("an engagement event, counted", (n) => ({ event_type: "like", platform_user_id: `1784140${n}` })),
      { title: "a post's figures after it", run: async () => ({ workers: await world.drain(refreshPostWorker) }) },
      { ...counted("a view without a person, counted", () => ({ event_type: "view" })), streams: 0 },
    ],
  };
};

/** Somebody who was touched by some posts and buys. */
export const conversion = async (host: Host): Promise<Scene> => {
  const world = await socialWorld({ apis: [conversionsApi], host });
  const who = somebody("cost-buyer");
  for (let n = 1; n <= TOUCHES; n++) {
    const { id } = await world.post({ status: "published" });
    await engages(world, who, id, "like", `2026-11-1${n}T09:00:00.000Z`);
  }
  const order = {
    source: "checkout",
    external_id: "order-1",
    ...who,
    conversion_type: "purchase",
    conversion_value: "100.00",
    conversion_at: "2026-11-20T08:00:00.000Z",
  };
  return {
    world,
    outbox,
    operations: [
      {
        title: `a conversion, divided among ${TOUCHES} touches`,
        http: 1,
        run: async () => {
          const { touchpoints } = await requireOk(world.editor.api.post("/social/conversions", order, { key: world.ids.uuid() }));
          if (touchpoints !== TOUCHES) throw new Error(`${touchpoints} touches were found.`);
        },
      },
    ],
  };
};

/** Topics of a network's day. */
export const trends = async (host: Host): Promise<Scene> => {
  const world = await socialWorld({ host });
  const { ctx, org_id } = world;
  const speech = trendsOf(world, world);
  const day = dayBefore(hourOf(world.clock.now()), 0);
  await TopicDay.putMany(
    ctx,
    Array.from({ length: TOPICS }, (_, n) => ({
      org_id,
      platform: "instagram" as const,
      topic_type: "hashtag" as const,
      topic: `topic-${String(n).padStart(4, "0")}`,
      day,
      base: Math.ceil(GREATEST / (n + 1)),
    })),
  );
  return {
    world,
    outbox,
    operations: [
      {
        title: "a mention of a topic, counted",
        count: MENTIONS,
        workers: 1,
        run: async () => requireDone(await speech.record(speech.burst(MENTIONS))),
      },
      {
        title: "an hour's evaluation, a topic of the day",
        count: TOPICS,
        workers: 1,
        run: async (aside) => {
          requireDone(await world.deliver(evaluateTrendsWorker, [speech.order()]));
          if ((await aside(() => speech.episodes())).length === 0) throw new Error("No trend was found.");
        },
      },
    ],
  };
};

/** A month of events on its way to the archive, at the pace that spares the table. */
export const archive = async (host: Host): Promise<Scene> => {
  const world = await archiveWorld({ host });
  await world.fill(world, ARCHIVED);
  const { archive_writes_per_second } = await Settings.get(world.ctx, { org_id: world.org_id });
  return {
    world,
    outbox,
    stop: async () => world.stop(),
    operations: [
      {
        title: "a month's archive, an event",
        count: ARCHIVED.posts * ARCHIVED.events,
        own_ms: SECOND_MS / archive_writes_per_second,
        run: async (aside) => {
          requireDone(await world.deliver(archiveMonthWorker, [world.message(ArchiveMonth, { month: MONTH })]));
          const more = await world.drain(archiveMonthWorker);
          const { status } = await aside(() => world.monthOf(world));
          if (status !== "archived") throw new Error(`The month is ${status}.`);
          return { workers: 1 + more };
        },
      },
    ],
  };
};
