import type { Boot } from "../../kernel/boot.ts";
import { type YouTubeClient, youtubeClient } from "./youtube.client.ts";

/** YouTube as the environment names it; tokens are each account's own. */
export const openYouTube = (boot: Boot): YouTubeClient =>
  youtubeClient({ api_url: boot.env("YOUTUBE_API_URL"), auth_url: boot.env("YOUTUBE_AUTH_URL"), clock: boot.clock });
