import * as z from "zod";
import { addDays, dayOf } from "../../kernel/days.ts";
import { date, id } from "../../kernel/fields.ts";
import { type Item, entity } from "../../kernel/table/entity.ts";
import { social } from "../table.ts";
import { type Hour, type Hours, timeOfHour } from "./coverage.ts";
import { TopicType, TrendPlatform } from "./topic.ts";

const KEEP_S = 90 * 86_400;

type Digit = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9;
type OfDay = `${0 | 1}${Digit}` | `2${0 | 1 | 2 | 3}`;
/** By how much the count at an hour differs from that at the hour before. */
export type Step = `d${OfDay}`;

const HOURS_OF_DAY = 24;
const STEPS = Array.from({ length: HOURS_OF_DAY }, (_, hour) => `d${String(hour).padStart(2, "0")}` as Step);
const steps = Object.fromEntries(STEPS.map((step) => [step, z.int().optional()])) as { [K in Step]: z.ZodOptional<z.ZodInt> };

/**
 * What is counted of one topic at the hours of one UTC day: the distinct persons of the 24 hours before each, anonymous
 * mentions one by one. Kept as the count that the day begins with and the steps from hour to hour, so that a mention
 * changes two numbers and any hour's count is read from one item. All topics of a day lie together: an evaluation is one
 * query. README, Mentions.
 */
export const TopicDay = entity(social, "TopicDay", {
  fields: () => ({
    org_id: id,
    platform: TrendPlatform,
    day: date,
    topic_type: TopicType,
    topic: z.string().min(1).max(100),
    /** Counted already when the day began. */
    base: z.int().default(0),
    ...steps,
    /** Mentions on this day, each one counted. */
    mentions: z.int().default(0),
  }),
  key: ["{org_id}#TD#{platform}#{day}", "{topic_type}#{topic}"],
  ttl: ({ day }) => Date.parse(day) / 1000 + KEEP_S,
});
export type TopicDay = Item<typeof TopicDay>;

/** Increments of one topic's day: what `TopicDay.writes.increment` takes. */
export type DayCounters = Partial<Record<Step | "base" | "mentions", number>>;

const stepOf = (hour: Hour): Step => STEPS[hour % HOURS_OF_DAY]!;
export const dayOfHour = (hour: Hour): string => dayOf(timeOfHour(hour));

/** The count at an hour of the item's day. */
export const countAt = (day: Pick<TopicDay, "base" | Step>, hour: Hour): number =>
  STEPS.slice(0, (hour % HOURS_OF_DAY) + 1).reduce((count, step) => count + (day[step] ?? 0), day.base);

/** Adds `by` to the counts at the given hours, which lie on two days at most. */
export const addHours = (days: Map<string, DayCounters>, { first, last }: Hours, by: 1 | -1): void => {
  const opened = dayOfHour(first);
  const closed = dayOfHour(last);
  add(days, opened, stepOf(first), by);
  if (closed !== opened) add(days, closed, "base", by);
  if (dayOfHour(last + 1) === closed) add(days, closed, stepOf(last + 1), -by);
};

/** Adds `by` to the mentions of the day on which they were made. */
export const addMentions = (days: Map<string, DayCounters>, hour: Hour, by: number): void => add(days, dayOfHour(hour), "mentions", by);

const add = (days: Map<string, DayCounters>, day: string, counter: keyof DayCounters, by: number): void => {
  const counters = days.get(day) ?? {};
  days.set(day, { ...counters, [counter]: (counters[counter] ?? 0) + by });
};

/** The day so many days before that of an hour: there its count of the same hour of the day is found. */
export const dayBefore = (hour: Hour, days: number): string => addDays(dayOfHour(hour), -days);
