import type { Cloud } from "../cloud.ts";
import { type Client, each, until } from "./client.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

type Schedules = Pick<Cloud, "schedules" | "runSchedule">;

/** What the demonstration of social content came to. */
export interface SocialOutcome {
  readonly posts: number;
  readonly best: { readonly caption: string; readonly total_engagement: number };
  readonly counted: Readonly<Record<"likes" | "comments" | "shares" | "saves" | "views", number>>;
  readonly trend: { readonly topic_name: string; readonly mention_count: number; readonly growth_rate: number | null; readonly trend_status: string };
  readonly conversion: { readonly value: string; readonly touchpoints: number; readonly time_to_conversion: string; readonly linear: readonly string[] };
  readonly archived: { readonly month: string; readonly events: number };
}

/** Published by people at their networks, so many days ago: who liked it, and how many looked. */
const POSTS = [
  { caption: "Squats, five sets of five.", platform: "instagram", media_type: "video", content_category: "workout", days: 28, fans: 16, views: 120 },
  { caption: "What a week of meals looks like.", platform: "tiktok", media_type: "video", content_category: "nutrition", days: 24, fans: 7, views: 200 },
  { caption: "Three months apart.", platform: "instagram", media_type: "image", content_category: "transformation", days: 20, fans: 19, views: 155 },
  { caption: "Sixty seconds of mobility.", platform: "youtube", media_type: "video", content_category: "workout", days: 15, fans: 6, views: 75 },
  { caption: "Nobody feels like it on Mondays.", platform: "instagram", media_type: "image", content_category: "motivation", days: 9, fans: 12, views: 90 },
  { caption: "Leg day, filmed by a friend.", platform: "tiktok", media_type: "video", content_category: "workout", days: 4, fans: 14, views: 175 },
] as const;
const TREND = "legday";
const EVENTS_A_CALL = 500;
const MENTIONS_A_CALL = 100;
const BEFORE_ARCHIVE_DAYS = 790;
const OLD_LIKES = 30;

type Event = Readonly<Record<string, unknown>>;
/** A time before the demonstration began, the same when it is taken up again: a repeated request must say the same. */
type Ago = (ms: number) => string;

/** Likes through the weeks after publication, some with a comment, a share or a save, and views nobody signed. */
const eventsOn = (ago: Ago, post_id: string, { days, fans, views }: { days: number; fans: number; views: number }): Event[] => {
  const at = (n: number, of: number): string => ago(days * DAY_MS - (((n + 1) * days * DAY_MS) / (of + 1)) * 0.9);
  const act = (event_type: string, n: number): Event => ({
    id: `${post_id}-${event_type}-${n}`,
    post_id,
    event_type,
    event_timestamp: at(n, fans),
    platform_user_id: `fan-${n}`,
    platform_username: `fan_${n}`,
  });
  return [
    ...Array.from({ length: fans }, (_, n) => act("like", n)),
    ...Array.from({ length: Math.floor(fans / 6) }, (_, n) => act("comment", n)),
    ...Array.from({ length: Math.floor(fans / 9) }, (_, n) => act("share", n)),
    ...Array.from({ length: Math.floor(fans / 7) }, (_, n) => act("save", n)),
    ...Array.from({ length: views }, (_, n) => ({ post_id, event_type: "view", event_timestamp: at(n, views) })),
  ];
};

const publish = async (owner: Client, ago: Ago, name: string, days: number, content: Readonly<Record<string, string>>): Promise<string> => {
  const { id } = await owner.post<{ id: string }>("/social/posts", { ...content, hashtags: ["fitness", TREND] }, `demonstration-post-${name}`);
  const published = { platform_post_id: `demonstration-${name}`, published_at: ago(days * DAY_MS) };
  await owner.post(`/social/posts/${id}/mark-published`, published, `demonstration-published-${name}`);
  return id;
};

const inCalls = <T>(items: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, at) => items.slice(at * size, (at + 1) * size));

const send = (owner: Client, name: string, events: readonly Event[]): Promise<unknown> =>
  each(inCalls(events, EVENTS_A_CALL), (part, at) => owner.post("/social/events", { events: part }, `demonstration-events-${name}-${at}`), 3);

/** A month of engagement on what people have published, and likes of more than two years ago. */
const engage = async (owner: Client, ago: Ago): Promise<readonly string[]> => {
  const ids = await each(POSTS, ({ days, caption, platform, media_type, content_category }, at) =>
    publish(owner, ago, String(at), days, { caption, platform, media_type, content_category }),
  );
  const old = await publish(owner, ago, "old", BEFORE_ARCHIVE_DAYS, {
    caption: "Where we began.",
    platform: "instagram",
    media_type: "image",
    content_category: "motivation",
  });
  const likes = Array.from({ length: OLD_LIKES }, (_, n) => ({
    id: `old-like-${n}`,
    post_id: old,
    event_type: "like",
    event_timestamp: ago((BEFORE_ARCHIVE_DAYS - 1) * DAY_MS - n * 60_000),
    platform_user_id: `fan-${n}`,
  }));
  const buyer = { platform_user_id: "buyer-1", platform_username: "buyer_1" };
  const path = [
    { id: "buyer-like", post_id: ids[0], event_type: "like", event_timestamp: ago(10 * DAY_MS), ...buyer },
    { id: "buyer-comment", post_id: ids[2], event_type: "comment", event_timestamp: ago(7 * DAY_MS), ...buyer },
    { id: "buyer-visit", post_id: ids[4], event_type: "profile_visit", event_timestamp: ago(3 * DAY_MS), ...buyer },
  ];
  await send(owner, "month", [...ids.flatMap((id, at) => eventsOn(ago, id, POSTS[at]!)), ...path, ...likes]);
  return ids;
};

/** A topic that a dozen people a day talk about, and five times as many since yesterday. */
const talk = async (owner: Client, ago: Ago): Promise<void> => {
  const mentions = Array.from({ length: 8 }, (_, day) => {
    const people = day === 0 ? 60 : 12 + (day % 2);
    return Array.from({ length: people }, (_person, n) => ({
      id: `${TREND}-${day}-${n}`,
      platform: "instagram",
      topic_type: "hashtag",
      topic: TREND,
      at: ago(day * DAY_MS + 2 * HOUR_MS + (n * 20 * HOUR_MS) / people),
      platform_user_id: `talker-${day}-${n}`,
    }));
  }).flat();
  await each(inCalls(mentions, MENTIONS_A_CALL), (part, at) => owner.post("/social/mentions", { mentions: part }, `demonstration-mentions-${at}`), 3);
};

interface Stored {
  readonly totals: SocialOutcome["counted"];
}

const schedule = async (cloud: Schedules, name: RegExp, at: Date): Promise<void> => {
  const found = cloud.schedules().find(({ id }) => name.test(id));
  if (!found) throw new Error(`The templates have no schedule like ${name.source}.`);
  await cloud.runSchedule(found.id, at);
};

const TYPES = ["likes", "comments", "shares", "saves", "views"] as const;

/** Sums of a post's counters, once they hold every view that was sent. */
const countsOf = async (owner: Client, id: string): Promise<SocialOutcome["counted"]> => (await owner.get<Stored>(`/social/posts/${id}/counts`)).totals;

/** Shows social content at work in the same organisation: what was published, counted, talked about, earned and archived. */
export const showSocialContent = async (cloud: Schedules, admin: Client, { org_id, began_at }: { org_id: string; began_at: Date }): Promise<SocialOutcome> => {
  const ago: Ago = (ms) => new Date(began_at.getTime() - ms).toISOString();
  await admin.put(`/identity/orgs/${org_id}/platforms/social`);
  await until("the org's social settings", () => admin.get("/social/settings").catch(() => undefined));
  const [ids] = await Promise.all([engage(admin, ago), talk(admin, ago)]);
  const views = POSTS.reduce((sum, post) => sum + post.views, 0);
  const likes = POSTS.reduce((sum, post) => sum + post.fans, 1);
  const counted = await until(
    "the counting of the events",
    async () => {
      const all = await Promise.all(ids.map((id) => countsOf(admin, id)));
      const sums = Object.fromEntries(TYPES.map((type) => [type, all.reduce((sum, counts) => sum + counts[type], 0)])) as SocialOutcome["counted"];
      return sums.views >= views && sums.likes >= likes ? sums : undefined;
    },
    60_000,
  );
  const order = { source: "checkout", external_id: "order-1001", platform: "instagram", platform_user_id: "buyer-1", conversion_type: "purchase" };
  const bought = admin.post<{ conversion_value: string; touchpoints: number; time_to_conversion: string; touches: { value: { linear: string } }[] }>(
    "/social/conversions",
    { ...order, conversion_value: "100.00", conversion_at: ago(0) },
    "demonstration-conversion",
  );
  await Promise.all([schedule(cloud, /evaluate-?trends/i, began_at), schedule(cloud, /archive-?months/i, began_at)]);
  const { conversion_value, touchpoints, time_to_conversion, touches } = await bought;
  // An episode is opened first and measured in the next step.
  const trend = await until(
    "the trend",
    async () => (await admin.all<SocialOutcome["trend"]>("/social/trending-topics?platform=instagram")).find(({ mention_count }) => mention_count > 0),
    60_000,
  );
  const archived = await until(
    "the archived month",
    async () => {
      const month = (await admin.all<{ month: string; status: string; copies: { events: number }[] }>("/social/archives"))[0];
      return month?.status === "archived" ? { month: month.month, events: month.copies.reduce((sum, copy) => sum + copy.events, 0) } : undefined;
    },
    60_000,
  );
  const best = await until(
    "the leaderboard",
    async () => (await admin.get<{ items: SocialOutcome["best"][] }>("/social/top-content?time_period=30")).items[0],
    60_000,
  );
  return {
    posts: ids.length,
    best,
    counted,
    trend,
    conversion: { value: conversion_value, touchpoints, time_to_conversion, linear: touches.map(({ value }) => value.linear) },
    archived,
  };
};
