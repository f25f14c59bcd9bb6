import * as z from "zod";
import type { DataOf } from "../../../events/envelope.ts";
import type { IngestEvents } from "../../../events/social/ingest-events.v1.ts";
import { sha256 } from "../../kernel/crypto/tokens.ts";
import { metadata, timestamp } from "../../kernel/fields.ts";
import { PlatformName } from "../platform/social-platform.ts";
import { EventType } from "./engagement-event.ts";
import { TouchType } from "./touch.ts";

/** All that a network may tell of a person and a post; what is no event of a post is a touch. */
export const ArrivedType = z.enum([...EventType.options, ...TouchType.exclude(["view"]).options]);

/** With up to 500 of them a message stays below the 1 MiB of a queue. */
const MOST_METADATA = 1000;
const visible = z.string().regex(/^[\x21-\x7e]{1,100}$/, "1 to 100 visible ASCII characters");

/** What is no time stays as it is: it is refused already. */
const inMilliseconds = (time: string): string => (Number.isNaN(Date.parse(time)) ? time : new Date(time).toISOString());

/** One act as a network or a program tells it. README, Engagement. */
export const ArrivedEvent = z
  .strictObject({
    id: visible.optional().meta({ example: "17900000000000001" }),
    post_id: z.uuid().optional(),
    platform: PlatformName.optional(),
    platform_post_id: visible.optional(),
    event_type: ArrivedType,
    event_timestamp: timestamp.overwrite(inMilliseconds),
    platform_user_id: visible.optional(),
    platform_username: z.string().trim().min(1).max(100).optional(),
    user_follower_count: z.int().min(0).optional(),
    event_value: z.int().min(0).optional(),
    event_metadata: metadata.refine((given) => JSON.stringify(given).length <= MOST_METADATA, `at most ${MOST_METADATA} characters as JSON`).optional(),
    country_code: z
      .string()
      .regex(/^[A-Z]{2}$/, "two capital letters, for example DE")
      .optional(),
    age_range: z.string().max(10).optional(),
    gender: z.string().max(10).optional(),
  })
  .superRefine((event, found) => {
    const add = (path: string, message: string): void => void found.addIssue({ code: "custom", path: [path], message });
    const { post_id, platform, platform_post_id, event_type, id, platform_user_id } = event;
    if (post_id === undefined && (platform === undefined || platform_post_id === undefined))
      add("post_id", "name the post: post_id, or platform and platform_post_id");
    if (post_id !== undefined && (platform !== undefined || platform_post_id !== undefined))
      add("post_id", "name the post once: post_id, or platform and platform_post_id");
    if (isTouch(event_type) && platform_user_id === undefined) add("platform_user_id", `a ${event_type} is kept for its person; name the person`);
    if (!isTouch(event_type) && event_type !== "view" && id === undefined && platform_user_id === undefined)
      add("id", `a ${event_type} is known by its id or its person; give one of them`);
  });
export type ArrivedEvent = z.output<typeof ArrivedEvent>;

/** As it travels on the queue. */
export type QueuedEvent = DataOf<typeof IngestEvents>["events"][number];

const isTouch = (type: string): boolean => type === "profile_visit" || type === "website_click";

/** What becomes of it: an event of its own, a touch of a known person, or one of many views. README, Engagement. */
export const kindOf = ({ event_type, platform_user_id }: Pick<QueuedEvent, "event_type" | "platform_user_id">): "event" | "touch" | "view" => {
  if (event_type === "view") return platform_user_id === undefined ? "view" : "touch";
  return isTouch(event_type) ? "touch" : "event";
};

const DIGEST = 22;

/** The network's own id, or the digest of post, type, person and time. README, Engagement. */
export const eventIdOf = (post_id: string, { id, event_type, platform_user_id, event_timestamp }: QueuedEvent): string =>
  id ??
  Buffer.from(sha256([post_id, event_type, platform_user_id, event_timestamp].join("\n")), "hex")
    .toString("base64url")
    .slice(0, DIGEST);

/** The text that stands for an event's post: two events with the same text are on the same post. */
export const postKeyOf = ({ post_id, platform, platform_post_id }: QueuedEvent): string => post_id ?? `${platform}/${platform_post_id}`;
