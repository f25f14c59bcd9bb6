import type { Boot } from "../../kernel/boot.ts";
import { type InstagramClient, instagramClient } from "./instagram.client.ts";

/** Instagram as the environment names it; tokens are each account's own. */
export const openInstagram = (boot: Boot): InstagramClient => instagramClient({ api_url: boot.env("INSTAGRAM_API_URL"), clock: boot.clock });
