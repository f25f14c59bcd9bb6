import { EngagementEvent, type StoredEventType } from "../../shared/social/engagement/engagement-event.ts";
import { Touch, type TouchType } from "../../shared/social/engagement/touch.ts";
import type { SocialOrg } from "./social.ts";

/** Somebody of the audience. */
export interface Somebody {
  readonly platform: "instagram";
  readonly platform_user_id: string;
}
export const somebody = (platform_user_id: string): Somebody => ({ platform: "instagram", platform_user_id });

let made = 0;
const nextId = (): string => `179${String((made += 1)).padStart(14, "0")}`;

/** An event of somebody as the intake stores it, with everything that a network may tell. */
export const engages = ({ ctx, org_id }: SocialOrg, who: Somebody, post_id: string, event_type: StoredEventType, at: string): Promise<EngagementEvent> =>
  EngagementEvent.create(ctx, {
    org_id,
    month: at.slice(0, 7),
    post_id,
    id: nextId(),
    ...who,
    event_type,
    event_timestamp: at,
    platform_username: `name.of.${who.platform_user_id}`,
    user_follower_count: 12,
    event_metadata: { text: `words of ${who.platform_user_id}` },
    country_code: "DE",
    age_range: "25-34",
    gender: "female",
  });

/** A touch of somebody that is no event. */
export const touches = ({ ctx, org_id }: SocialOrg, who: Somebody, post_id: string, type: TouchType, at: string): Promise<Touch> =>
  Touch.create(ctx, { org_id, ...who, post_id, type, at, id: nextId(), expires_at: Math.floor(Date.parse(at) / 1000) + 30 * 86_400 });
