import { authenticate } from "../../shared/identity/authenticate.ts";
import { openVault } from "../../shared/kernel/crypto/kms.ts";
import { api } from "../../shared/kernel/http/api.ts";
import { onLambda } from "../../shared/kernel/http/on-lambda.ts";
import { listPlatforms, patchPlatform } from "../../shared/social/platform/platforms.ts";
import { setApp } from "../../shared/social/oauth/set-app.ts";
import { setHook } from "../../shared/social/instagram/set-hook.ts";
import { getSettings } from "../../shared/social/settings/get-settings.ts";
import { patchSettings } from "../../shared/social/settings/patch-settings.ts";
import { socialSystem } from "../../shared/social/table.ts";
import { settings } from "./settings.routes.ts";

export const settingsApi = api(
  settings,
  { records: socialSystem.idempotency, ports: { vault: (boot) => openVault(boot) } },
  {
    getSettings: (ctx) => getSettings(ctx),
    patchSettings: (ctx, { body, version }) => patchSettings(ctx, body, version),
    setInstagramHook: (ctx, { body }) => setHook(ctx, body),
    setTikTokApp: (ctx, { body }) => setApp(ctx, "tiktok", body),
    setYouTubeApp: (ctx, { body }) => setApp(ctx, "youtube", body),
    listPlatforms: async (ctx) => ({ items: await listPlatforms(ctx) }),
    patchPlatform: (ctx, { params, body, version }) => patchPlatform(ctx, params.name, body, version),
  },
);
export const handler = onLambda(settingsApi, authenticate);
