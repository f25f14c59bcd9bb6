import * as z from "zod";
import { date, id } from "../../kernel/fields.ts";
import { type Item, entity } from "../../kernel/table/entity.ts";
import { social } from "../table.ts";

export const PlatformName = z.enum(["instagram", "tiktok", "youtube"]);
export type PlatformName = z.output<typeof PlatformName>;

export const ContentType = z.enum(["image", "video", "story", "reel", "carousel"]);

/** What a network allows, as data that an org can correct when the network changes its mind. README, Platforms. */
export const SocialPlatform = entity(social, "SocialPlatform", {
  fields: () => ({
    org_id: id,
    name: PlatformName,
    display_name: z.string().trim().min(1).max(100),
    api_version: z.string().max(20).optional(),
    /** Calls by window, as the network states them: `{ "posts_per_24h": 50 }`. */
    rate_limits: z.record(z.string().max(50), z.int().min(0)).default({}),
    supported_content_types: z.array(ContentType).min(1).max(10),
    max_caption_length: z.int().min(1).max(100_000),
    /** 0: the network has no limit of its own; hashtags count as a part of the caption. */
    max_hashtags: z.int().min(0).max(1000),
    /** Accounts that a text may mention; no limit of its own unless told. */
    max_mentions: z.int().min(0).max(1000).optional(),
    /** On which day somebody last looked these up at the network. */
    verified_on: date,
  }),
  key: ["{org_id}#PL", "{name}"],
});
export type SocialPlatform = Item<typeof SocialPlatform>;
