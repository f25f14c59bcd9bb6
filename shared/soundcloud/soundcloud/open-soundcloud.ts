import type { Boot } from "../../kernel/boot.ts";
import { openVault } from "../../kernel/crypto/kms.ts";
import { type SoundCloudClient, soundCloudClient } from "./soundcloud.client.ts";
import { tokenStore } from "./token-store.ts";

/** The sandbox on this machine publishes its limit, and it is far above what is prudent towards the real service. */
const SANDBOX_PER_SECOND = 40;

/** SoundCloud as the environment names it, under the token that all functions share. */
export const openSoundCloud = (boot: Boot): SoundCloudClient => {
  const api_url = boot.env("SOUNDCLOUD_API_URL");
  return soundCloudClient({
    api_url,
    auth_url: boot.env("SOUNDCLOUD_AUTH_URL"),
    client_id: boot.env("SOUNDCLOUD_CLIENT_ID"),
    client_secret: boot.env("SOUNDCLOUD_CLIENT_SECRET"),
    tokens: tokenStore(boot, openVault(boot)),
    clock: boot.clock,
    ...(new URL(api_url).hostname === "127.0.0.1" ? { per_second: SANDBOX_PER_SECOND } : {}),
  });
};
