import * as z from "zod";
import { id, timestamp } from "../../kernel/fields.ts";
import { StoredEventType } from "../engagement/engagement-event.ts";
import { TouchType } from "../engagement/touch.ts";

export const TouchpointType = z.enum([...StoredEventType.options, ...TouchType.options]);
export type TouchpointType = z.output<typeof TouchpointType>;

/** What a person did with one post before a conversion: an event or a touch. README, Conversions. */
export const Touchpoint = z.strictObject({
  /** The event's or touch's own id. */
  id: z.string().min(1).max(100),
  post_id: id,
  type: TouchpointType,
  at: timestamp,
});
export type Touchpoint = z.output<typeof Touchpoint>;

/** Touches that a conversion is divided among at most, so that it and all of its posts fit into one transaction. */
export const MOST_TOUCHES = 40;

/** The touches that count, in the order of their time, and whether there were more between the first and the rest. */
export interface Journey {
  readonly touches: readonly Touchpoint[];
  readonly more_touches: boolean;
}

const identity = ({ type, post_id, id: own }: Touchpoint): string => `${type}/${post_id}/${own}`;
const order = (a: Touchpoint, b: Touchpoint): number => {
  const [one, other] = [a, b].map((touch) => `${touch.at}/${identity(touch)}`) as [string, string];
  return one < other ? -1 : one > other ? 1 : 0;
};

/** Puts touches in order, each once. Of too many the first and the latest are kept: those that every model gives most to. */
export const journeyOf = (found: readonly Touchpoint[], more_touches = false): Journey => {
  const all = [...new Map(found.map((touch) => [identity(touch), touch])).values()].toSorted(order);
  if (all.length <= MOST_TOUCHES) return { touches: all, more_touches };
  return { touches: [all[0]!, ...all.slice(1 - MOST_TOUCHES)], more_touches: true };
};
