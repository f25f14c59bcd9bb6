import { authenticate } from "../../shared/identity/authenticate.ts";
import { openVault } from "../../shared/kernel/crypto/kms.ts";
import { api } from "../../shared/kernel/http/api.ts";
import { onLambda } from "../../shared/kernel/http/on-lambda.ts";
import { getSettings } from "../../shared/soundcloud/settings/get-settings.ts";
import { patchSettings, presentSettings } from "../../shared/soundcloud/settings/patch-settings.ts";
import { soundcloudSystem } from "../../shared/soundcloud/table.ts";
import { settings } from "./settings.routes.ts";

export const settingsApi = api(
  settings,
  { records: soundcloudSystem.idempotency, ports: { vault: (boot) => openVault(boot) } },
  {
    getSettings: async (ctx) => presentSettings(await getSettings(ctx)),
    patchSettings: async (ctx, { body, version }) => presentSettings(await patchSettings(ctx, body, version)),
  },
);
export const handler = onLambda(settingsApi, authenticate);
