import type { Boot } from "../../kernel/boot.ts";
import { type TikTokClient, tiktokClient } from "./tiktok.client.ts";

/** TikTok as the environment names it; tokens are each account's own. */
export const openTikTok = (boot: Boot): TikTokClient => tiktokClient({ api_url: boot.env("TIKTOK_API_URL"), clock: boot.clock });
