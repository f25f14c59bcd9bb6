import * as z from "zod";
import { id, metadata, newId, timestamp } from "../../kernel/fields.ts";
import { type Item, entity } from "../../kernel/table/entity.ts";
import { timeZone } from "../settings/settings.ts";
import { PlatformName } from "../platform/social-platform.ts";
import { social } from "../table.ts";

export const PostStatus = z.enum(["draft", "scheduled", "publishing", "published", "failed"]);
export type PostStatus = z.output<typeof PostStatus>;
export const MediaType = z.enum(["image", "video", "carousel"]);
export type MediaType = z.output<typeof MediaType>;
export const Placement = z.enum(["feed", "story", "reel"]);
export type Placement = z.output<typeof Placement>;

/** Along which a post's status may change. `publishing` is held under a lease. README, Publishing. */
export const POST_TRANSITIONS = {
  draft: ["scheduled", "published"],
  scheduled: ["draft", "publishing", "published"],
  publishing: ["published", "scheduled", "failed"],
  published: [],
  failed: ["scheduled", "published"],
} as const satisfies Readonly<Record<PostStatus, readonly PostStatus[]>>;

/** A hashtag without its sign, as it is written. */
export const hashtag = z
  .string()
  .trim()
  .regex(/^[\p{L}\p{M}\p{N}_]{1,100}$/u, "letters, digits and underscores, without #");
/** An account's name without @. */
export const mention = z
  .string()
  .trim()
  .regex(/^[\w.]{1,100}$/, "a name without @");

/** What a planned post waits for: its time, another attempt, or a person who publishes it by hand. README, Publishing. */
export const WaitsFor = z.enum(["time", "retry", "hand"]);
export type WaitsFor = z.output<typeof WaitsFor>;

/** Why a post has failed: refused for good, no login, every attempt in vain, or nobody can tell whether it appeared. */
export const FailureClass = z.enum(["permanent", "auth_expired", "gave_up", "unknown_outcome"]);
export type FailureClass = z.output<typeof FailureClass>;

const digest = z.string().length(64);
/**
 * What the network was last given of a post: its container there, and digests of what it holds. With `asked_at` it was
 * asked to publish it, and whether it did is not known before it was read back. README, Publishing.
 */
const Sending = z.strictObject({
  container_id: z.string().max(100),
  made_at: timestamp,
  content_hash: digest,
  caption_hash: digest,
  asked_at: timestamp.optional(),
});
export type Sending = z.output<typeof Sending>;

/** A piece of content for one network. README, Posts. */
export const Post = entity(social, "Post", {
  fields: () => ({
    org_id: id,
    id: newId,
    /** Who made it. */
    user_id: id.optional(),
    account_id: id.optional(),
    platform: PlatformName,
    placement: Placement.default("feed"),
    title: z.string().trim().max(255).optional(),
    caption: z.string().max(5000).default(""),
    hashtags: z.array(hashtag).max(100).default([]),
    mentions: z.array(mention).max(100).default([]),
    media_type: MediaType,
    media_urls: z
      .array(z.url({ protocol: /^https$/ }).max(2000))
      .max(10)
      .default([]),
    thumbnail_url: z
      .url({ protocol: /^https$/ })
      .max(2000)
      .optional(),
    platform_post_id: z.string().max(100).optional(),
    platform_url: z.url().max(2000).optional(),
    platform_metadata: metadata.default({}),
    status: PostStatus.default("draft"),
    scheduled_at: timestamp.optional(),
    /** The zone in which it was planned. */
    time_zone: timeZone.optional(),
    published_at: timestamp.optional(),
    content_category: z.string().trim().min(1).max(50).optional(),
    target_audience: z.string().trim().min(1).max(50).optional(),
    content_goals: z.array(z.string().trim().min(1).max(50)).max(10).default([]),
    template_id: id.optional(),
    ai_generated: z.boolean().default(false),
    ai_prompt: z.string().max(5000).optional(),
    ai_model: z.string().max(50).optional(),
    /** Followers of the account when it was published; absent while nobody has said. */
    followers_at_publication: z.int().min(0).optional(),
    /** When the publishing job looks at it next; set while it is scheduled or being published. */
    due_at: timestamp.optional(),
    /** Until when the one that publishes it holds it. */
    lease_until: timestamp.optional(),
    attempts: z.int().min(0).default(0),
    next_attempt_at: timestamp.optional(),
    failure_class: FailureClass.optional(),
    failure_detail: z.string().max(500).optional(),
    waits_for: WaitsFor.default("time"),
    sending: Sending.optional(),
    /** Digest of the text that is to appear; set while it is planned, and kept once it appeared. */
    caption_hash: digest.optional(),
    /** How many counters share its views: more than one while it is hot. */
    view_shards: z.int().min(1).max(16).default(1),
    deleted: z.boolean().default(false),
    deleted_at: timestamp.optional(),
  }),
  key: ["{org_id}#P#{id}", "P"],
  indexes: {
    byStatus: { on: "gsi1", pk: "{org_id}#PS#{status}", sk: "{id}", when: { deleted: false } },
    byPlatform: { on: "gsi2", pk: "{org_id}#PP#{platform}", sk: "{published_at}#{id}", when: { deleted: false } },
    byUser: { on: "gsi3", pk: "{org_id}#PU#{user_id}", sk: "{id}", when: { deleted: false } },
    due: { on: "gsi4", pk: "{org_id}#PDUE#{waits_for}", sk: "{due_at}#{id}" },
    byCategory: { on: "gsi5", pk: "{org_id}#PC#{content_category}", sk: "{published_at}#{id}", when: { deleted: false } },
  },
  unique: { platformPost: "{org_id}#{platform}#{platform_post_id}" },
  server: [
    "user_id",
    "platform_post_id",
    "platform_url",
    "platform_metadata",
    "status",
    "published_at",
    "followers_at_publication",
    "due_at",
    "lease_until",
    "attempts",
    "next_attempt_at",
    "failure_class",
    "failure_detail",
    "waits_for",
    "sending",
    "caption_hash",
    "view_shards",
    "deleted",
    "deleted_at",
  ],
  immutable: ["platform"],
  hidden: ["due_at", "lease_until", "waits_for", "sending", "caption_hash", "view_shards", "deleted", "deleted_at"],
  states: { field: "status", transitions: POST_TRANSITIONS },
});
export type Post = Item<typeof Post>;
