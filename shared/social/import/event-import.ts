import { type ArrivedEvent, ArrivedEvent as EventSchema, kindOf } from "../engagement/arrived-event.ts";
import { faultsOfEvent, sendEvents } from "../engagement/order-events.ts";
import type { ImportKind } from "./import-kind.ts";

const columns = {
  id: ["id", "event_id"],
  post_id: ["post_id"],
  platform: ["platform"],
  platform_post_id: ["platform_post_id"],
  event_type: ["event_type", "type"],
  event_timestamp: ["event_timestamp", "timestamp", "time"],
  platform_user_id: ["platform_user_id", "user_id"],
  platform_username: ["platform_username", "username"],
  user_follower_count: ["user_follower_count", "followers"],
  event_value: ["event_value", "value"],
  event_metadata: ["event_metadata", "metadata"],
  country_code: ["country_code", "country"],
  age_range: ["age_range"],
  gender: ["gender"],
} as const satisfies Readonly<Record<keyof ArrivedEvent, readonly string[]>>;

/** A file may come again, and a view without a person is known by nothing but the call that brings it. */
const nameless = {
  pointer: "/platform_user_id",
  code: "no_identity",
  detail: "A view without a person is counted by the call that sends it; a file may come again.",
};

/** Rows are events as POST /social/events takes them, but for views without a person. */
export const eventImport: ImportKind<ArrivedEvent> = {
  layout: { required: ["event_type", "event_timestamp"], headings: columns },
  numbers: ["user_follower_count", "event_value"],
  json: ["event_metadata"],
  schema: EventSchema,
  faults: (ctx, event) => [...faultsOfEvent(ctx, event), ...(kindOf(event) === "view" ? [nameless] : [])],
  leftOut: () => undefined,
  send: sendEvents,
};
