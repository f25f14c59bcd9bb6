import type { DynamoDBRecord } from "aws-lambda";
import { RefreshPost } from "../../../events/social/refresh-post.v1.ts";
import type { Effect } from "../../kernel/bus/derive.ts";
import type { Ctx } from "../../kernel/context.ts";
import { uuidOf } from "../../kernel/ids.ts";
import type { Commands } from "../../kernel/queue/commands.ts";
import { plainImage } from "../../kernel/table/image.ts";
import { type Write, stillMissing } from "../../kernel/table/table.ts";
import { countDays } from "./count-days.ts";
import { EngagementEvent } from "./engagement-event.ts";
import { PostMonth } from "./post-month.ts";
import { type Counted, tally } from "./tally.ts";
import { Touch } from "./touch.ts";

const PUT_BACK_MS = 2 * 86_400_000;

/** A new item of a post's month, or the taking back of one: what a record of the stream comes to. */
export interface CountedEvent extends Counted {
  /** Set for a stored event that is new: its month holds one more. */
  readonly month?: string;
}

/**
 * What a record of the stream counts: a new event or a person's view once more, an event that moderation removed once
 * less. Everything else counts nothing: what the archive deletes stays counted, and is not counted again when it comes
 * back. README, Engagement.
 */
export const countedOf = ({ eventName, dynamodb }: DynamoDBRecord, time: Date): Effect<CountedEvent> | undefined => {
  const now = dynamodb?.NewImage && plainImage(dynamodb.NewImage);
  const before = dynamodb?.OldImage && plainImage(dynamodb.OldImage);
  if (eventName === "MODIFY") {
    if (now?.["_t"] !== EngagementEvent.name || now["removed_at"] === undefined || before?.["removed_at"] !== undefined) return undefined;
    return effectOf(eventCounted(now, -1));
  }
  if (eventName !== "INSERT" || !now) return undefined;
  if (now["_t"] === EngagementEvent.name) {
    const event = EngagementEvent.load(now);
    return isPutBack(event, time) ? undefined : effectOf({ ...eventCounted(now, 1), month: event.month });
  }
  if (now["_t"] !== Touch.name || now["type"] !== "view") return undefined;
  const { org_id, post_id, at } = Touch.schema.parse(Touch.load(now));
  return effectOf({ org_id, post_id, type: "view", at, by: 1 });
};

/** A stream keeps its records for a day; an item that was made long before the day that it appears was brought back by the archive, and was counted then. */
const isPutBack = ({ created_at }: { readonly created_at: string }, at: Date): boolean => at.getTime() - Date.parse(created_at) > PUT_BACK_MS;

const eventCounted = (stored: object, by: number): Counted => {
  const { org_id, post_id, event_type, event_timestamp } = EngagementEvent.schema.parse(EngagementEvent.load(stored));
  return { org_id, post_id, type: event_type, at: event_timestamp, by };
};

const effectOf = (value: CountedEvent): Effect<CountedEvent> => {
  const { org_id, post_id, at, month } = value;
  const day = `${org_id}/${post_id}/${at.slice(0, 10)}`;
  return { targets: month === undefined ? [day] : [day, `${org_id}/${post_id}/${month}`], value };
};

/** The writes that count events and views, and the months that hold them. README, Engagement. */
export const countWrites = async (ctx: Ctx, events: readonly CountedEvent[]): Promise<Write[]> => [
  ...(await countDays(ctx, tally(events))),
  ...(await countMonths(ctx, events)),
];

const countMonths = async (ctx: Ctx, events: readonly CountedEvent[]): Promise<Write[]> => {
  const months = Map.groupBy(
    events.filter(({ month }) => month !== undefined),
    ({ org_id, month, post_id }) => `${org_id}/${month}/${post_id}`,
  );
  const keys = [...months.values()].map(([one]) => ({ org_id: one!.org_id, month: one!.month!, post_id: one!.post_id }));
  const textOf = ({ org_id, month, post_id }: (typeof keys)[number]): string => `${org_id}/${month}/${post_id}`;
  const known = new Set((await PostMonth.getMany(ctx, keys, { consistent: true })).map(textOf));
  return keys.flatMap((key) => {
    const added = { events: months.get(textOf(key))!.length };
    return known.has(textOf(key)) ? PostMonth.writes.increment(ctx, key, added) : stillMissing(PostMonth.writes.create(ctx, { ...key, ...added }));
  });
};

/** Has the figures of each post refreshed whose events these are. */
export const refreshPosts = (ctx: Ctx & { readonly commands: Commands }, events: readonly CountedEvent[], delivery: string): Promise<void> => {
  const posts = new Map(events.map(({ org_id, post_id }) => [`${org_id}/${post_id}`, { org_id, post_id }]));
  return ctx.commands.sendEach(
    ctx,
    RefreshPost,
    [...posts.values()].map(({ org_id, post_id }) => ({ org_id, id: uuidOf(`${RefreshPost.type}/${delivery}/${org_id}/${post_id}`), data: { post_id } })),
  );
};
