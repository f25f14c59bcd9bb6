import * as z from "zod";
import { type OrgCtx, besideClaim } from "../../kernel/context.ts";
import type { Vault } from "../../kernel/crypto/vault.ts";
import { unprocessable } from "../../kernel/errors.ts";
import { isSlackWebhook, slackWebhookField } from "../slack/webhook.ts";
import { Settings } from "./settings.ts";

export const SettingsPatch = Settings.api.patch;
export type SettingsPatch = z.output<typeof SettingsPatch>;

/** What is shown of the settings: everything but the sealed address, of which only whether there is one. */
export const SettingsView = Settings.api.response.extend({ slack_webhook_set: z.boolean() });

export const presentSettings = ({ slack_webhook, ...settings }: Settings): z.input<typeof SettingsView> => ({
  ...settings,
  slack_webhook_set: slack_webhook !== undefined,
});

/** Changes the org's settings. Throws DomainError `stale`, `invalid_request` (a rule over several fields) or `not_slack`. */
export const patchSettings = async (ctx: OrgCtx & { readonly vault: Vault }, patch: SettingsPatch, version: number): Promise<Settings> => {
  const { org_id } = ctx;
  const { slack_webhook } = patch;
  if (typeof slack_webhook === "string" && !isSlackWebhook(slack_webhook))
    throw unprocessable("not_slack", "slack_webhook must be an address like https://hooks.slack.com/services/T…/B…/….", [
      { pointer: "/slack_webhook", code: "not_slack", detail: "Copy the incoming webhook's address from Slack; other hosts are not called." },
    ]);
  const sealed = typeof slack_webhook === "string" ? { slack_webhook: await ctx.vault.seal(besideClaim(ctx), slack_webhook, slackWebhookField(org_id)) } : {};
  return Settings.patch(ctx, { org_id }, { ...patch, ...sealed }, { version });
};
