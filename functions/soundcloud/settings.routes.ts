import { resource, roles, route } from "../../shared/kernel/http/route.ts";
import { SettingsPatch, SettingsView } from "../../shared/soundcloud/settings/patch-settings.ts";

export const settings = resource("soundcloud", "settings", "The org's rules: clocks, tiers, credits, matching. Changes hold from the next use on.", {
  getSettings: route({
    method: "GET",
    path: "/soundcloud/settings",
    summary: "Read the settings",
    policy: roles("soundcloud", { admin: "all" }),
    reply: { status: 200, body: SettingsView },
  }),
  patchSettings: route({
    method: "PATCH",
    path: "/soundcloud/settings",
    summary: "Change settings",
    description: "`slack_webhook` is sealed and never read back; `slack_webhook_set` says whether there is one.",
    policy: roles("soundcloud", { admin: "all" }),
    if_match: true,
    body: SettingsPatch,
    reply: { status: 200, body: SettingsView },
    errors: {
      not_slack: { status: 422, when: "`slack_webhook` is not an incoming webhook of Slack" },
      not_zero: { status: 422, when: "the lowest tier does not begin at 0" },
      not_increasing: { status: 422, when: "a tier's `max` is not above its `min`" },
      not_contiguous: { status: 422, when: "a tier does not begin where the one below ends" },
      asymmetric: { status: 422, when: "two families have another affinity in one direction than in the other" },
    },
    example: { body: { target_count: 12, target_band_mode: "size", adjacency_matrix: { Electronic: { Pop: 0.5 } } } },
  }),
});
