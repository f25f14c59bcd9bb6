import type { Boot } from "../../kernel/boot.ts";
import { openVault } from "../../kernel/crypto/kms.ts";
import { type SoundCloudClient, soundCloudClient } from "./soundcloud.client.ts";
import { tokenStore } from "./token-store.ts";

/** SoundCloud as the environment names it, under the token that all functions share. */
export const openSoundCloud = (boot: Boot): SoundCloudClient => {
  return soundCloudClient({
    api_url: boot.env("SOUNDCLOUD_API_URL"),
    auth_url: boot.env("SOUNDCLOUD_AUTH_URL"),
    client_id: boot.env("SOUNDCLOUD_CLIENT_ID"),
    client_secret: boot.env("SOUNDCLOUD_CLIENT_SECRET"),
    tokens: tokenStore(boot, openVault(boot)),
    clock: boot.clock,
    per_second: Number(boot.env("SOUNDCLOUD_PER_SECOND")),
  });
};
