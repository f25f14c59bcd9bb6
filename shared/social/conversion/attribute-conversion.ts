import type { Conversion } from "./conversion.ts";
import { type Shares, attribute } from "./attribution.ts";
import { isoDuration } from "./duration.ts";
import type { Journey } from "./touchpoint.ts";

type Attributed = Pick<
  Conversion,
  | "post_id"
  | "attribution"
  | "first_interaction_type"
  | "first_interaction_at"
  | "time_to_conversion"
  | "time_to_conversion_seconds"
  | "touchpoints"
  | "more_touches"
  | "touches"
  | "shares"
>;

export interface Terms {
  readonly cents: number;
  readonly conversion_at: string;
  readonly half_life_days: number;
}

/** `shares` with lists that storage can take. */
export const storable = ({ last, first, linear, position, time_decay }: Shares): Conversion["shares"] => ({
  last: [...last],
  first: [...first],
  linear: [...linear],
  position: [...position],
  time_decay: [...time_decay],
});

/** What a journey says of the conversion at its end. None of the touches is after `conversion_at`; without one it is direct. */
export const attributed = ({ touches, more_touches }: Journey, { cents, conversion_at, half_life_days }: Terms): Attributed => {
  const times = touches.map(({ at }) => Date.parse(at));
  const shares = storable(attribute(cents, times, half_life_days));
  const [first, last] = [touches[0], touches.at(-1)];
  if (!first || !last) return { attribution: "direct", touchpoints: 0, more_touches: false, touches: [], shares };
  const seconds = Math.floor((Date.parse(conversion_at) - times[0]!) / 1000);
  return {
    attribution: "touched",
    post_id: last.post_id,
    first_interaction_type: first.type,
    first_interaction_at: first.at,
    time_to_conversion: isoDuration(seconds),
    time_to_conversion_seconds: seconds,
    touchpoints: touches.length,
    more_touches,
    touches: [...touches],
    shares,
  };
};
