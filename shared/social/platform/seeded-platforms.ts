import type { SocialPlatform } from "./social-platform.ts";

type Seeded = Pick<
  SocialPlatform,
  "name" | "display_name" | "rate_limits" | "supported_content_types" | "max_caption_length" | "max_hashtags" | "verified_on"
> &
  Partial<Pick<SocialPlatform, "api_version" | "max_mentions">>;

/** The networks as they stand in a new org. README, Platforms. */
export const seededPlatforms: readonly Seeded[] = [
  {
    name: "instagram",
    display_name: "Instagram",
    api_version: "v26.0",
    rate_limits: { publications_per_day: 100, containers_per_day: 400 },
    supported_content_types: ["image", "video", "story", "reel"],
    max_caption_length: 2200,
    max_hashtags: 30,
    max_mentions: 20,
    verified_on: "2026-11-20",
  },
  {
    name: "tiktok",
    display_name: "TikTok",
    api_version: "v2",
    rate_limits: { requests_per_minute: 600 },
    supported_content_types: ["video"],
    max_caption_length: 2200,
    max_hashtags: 0,
    verified_on: "2026-11-20",
  },
  {
    name: "youtube",
    display_name: "YouTube Shorts",
    api_version: "v3",
    rate_limits: { quota_units_per_day: 10_000 },
    supported_content_types: ["video"],
    max_caption_length: 5000,
    max_hashtags: 15,
    verified_on: "2026-11-20",
  },
];
