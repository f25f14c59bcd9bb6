import type { PostDay } from "./post-day.ts";
import type { EventType } from "./engagement-event.ts";

/** The counter of a day, and the letter of its hours: `l14` is the likes from 14:00 to 15:00 UTC. README, Engagement. */
export const COUNTERS = {
  like: ["likes", "l"],
  comment: ["comments", "c"],
  share: ["shares", "s"],
  save: ["saves", "k"],
  view: ["views", "v"],
} as const satisfies Readonly<Record<EventType, readonly [keyof PostDay, string]>>;

/** A day of a post, or one of the shards of a hot post's day. */
export interface DayKey {
  readonly org_id: string;
  readonly post_id: string;
  readonly day: string;
  readonly shard: number;
}

/** What a day's counters move by. */
export interface DayTally extends DayKey {
  readonly counters: Readonly<Record<string, number>>;
}

export interface Counted {
  readonly org_id: string;
  readonly post_id: string;
  readonly type: EventType;
  /** RFC 3339 UTC, in milliseconds. */
  readonly at: string;
  /** 1, or -1 for what is taken back. */
  readonly by: number;
  readonly shard?: number;
}

const keyOf = ({ org_id, post_id, day, shard }: DayKey): string => `${org_id}/${post_id}/${day}/${shard}`;

/** Adds up acts by post and day; days whose counters all come to nothing are left out. README, Engagement. */
export const tally = (acts: readonly Counted[]): DayTally[] => {
  const days = new Map<string, { key: DayKey; counters: Record<string, number> }>();
  for (const { org_id, post_id, type, at, by, shard = 0 } of acts) {
    const key = { org_id, post_id, day: at.slice(0, 10), shard };
    const day = days.get(keyOf(key)) ?? { key, counters: {} };
    days.set(keyOf(key), day);
    const [total, letter] = COUNTERS[type];
    for (const counter of [total, `${letter}${at.slice(11, 13)}`]) day.counters[counter] = (day.counters[counter] ?? 0) + by;
  }
  return [...days.values()].flatMap(({ key, counters }) => {
    const moved = Object.fromEntries(Object.entries(counters).filter(([, by]) => by !== 0));
    return Object.keys(moved).length === 0 ? [] : [{ ...key, counters: moved }];
  });
};
