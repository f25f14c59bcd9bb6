import type { EngagementEvent } from "./engagement-event.ts";

/** All that an event tells of its person. */
const OF_PERSON = ["platform_user_id", "platform_username", "user_follower_count", "event_metadata", "country_code", "age_range", "gender"] as const;

/** A patch after which an event tells nothing of its person: id, post, kind and time stay, so that what was counted adds up. */
export const FORGOTTEN = {
  platform_user_id: null,
  platform_username: null,
  user_follower_count: null,
  event_metadata: null,
  country_code: null,
  age_range: null,
  gender: null,
} as const satisfies Readonly<Record<(typeof OF_PERSON)[number], null>>;

/** An event as it was, less its person. */
export const withoutPerson = (event: EngagementEvent): EngagementEvent => {
  const left = { ...event };
  for (const field of OF_PERSON) delete left[field];
  return left;
};
