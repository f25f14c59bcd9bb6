import * as z from "zod";
import { resource, roles, route } from "../../shared/kernel/http/route.ts";
import { InstagramHook, InstagramHookInput } from "../../shared/social/instagram/instagram-hook.ts";
import { type AppPlatform, NetworkApp, NetworkAppInput } from "../../shared/social/oauth/network-app.ts";
import { PlatformName, SocialPlatform } from "../../shared/social/platform/social-platform.ts";
import { Settings } from "../../shared/social/settings/settings.ts";

const everyone = roles("social", { owner: "all", editor: "all", viewer: "all" });
const owners = roles("social", { owner: "all" });
const PlatformParams = z.strictObject({ name: PlatformName });

/** An app that renews tokens at a network. */
const appRoute = (network: AppPlatform, app: string, accounts: string, body: z.input<typeof NetworkAppInput>) =>
  route({
    method: "PUT",
    path: `/social/settings/${network}-app`,
    summary: `Set ${app}`,
    description: `In its name the tokens of ${accounts} that have a refresh token are renewed. TikTok calls \`client_id\` the client key. The secret is not shown again.`,
    policy: owners,
    body: NetworkAppInput,
    reply: { status: 200, body: NetworkApp.api.response },
    example: { body },
  });

export const settings = resource("social", "settings", "The org's rules, and what each network allows.", {
  getSettings: route({
    method: "GET",
    path: "/social/settings",
    summary: "Read the settings",
    policy: owners,
    reply: { status: 200, body: Settings.api.response },
  }),
  patchSettings: route({
    method: "PATCH",
    path: "/social/settings",
    summary: "Change settings",
    description: "Changes hold from the next use on.",
    policy: owners,
    if_match: true,
    body: Settings.api.patch,
    reply: { status: 200, body: Settings.api.response },
    example: { body: { time_zone: "Europe/Berlin", lookback_days: 60 } },
  }),
  setInstagramHook: route({
    method: "PUT",
    path: "/social/settings/instagram-webhook",
    summary: "Set what the org's Instagram app is known by",
    description:
      "The app's secret, with which it signs its calls to `/social/webhooks/instagram/{org_id}`, and the token that its page asks for. Neither is shown again.",
    policy: owners,
    body: InstagramHookInput,
    reply: { status: 200, body: InstagramHook.api.response },
    example: { body: { app_secret: "0123456789abcdef0123456789abcdef", verify_token: "a-long-word-of-your-choice" } },
  }),
  setTikTokApp: appRoute("tiktok", "the org's app at TikTok", "TikTok's accounts", {
    client_id: "awexample1234567",
    client_secret: "0123456789abcdef0123456789abcdef",
  }),
  setYouTubeApp: appRoute("youtube", "the org's app at Google", "YouTube's accounts", {
    client_id: "1234567890-example.apps.googleusercontent.com",
    client_secret: "GOCSPX-0123456789abcdef",
  }),
  listPlatforms: route({
    method: "GET",
    path: "/social/platforms",
    summary: "List the networks and their limits",
    policy: everyone,
    reply: { status: 200, body: z.object({ items: z.array(SocialPlatform.api.response) }) },
  }),
  patchPlatform: route({
    method: "PATCH",
    path: "/social/platforms/{name}",
    summary: "Correct a network's limits",
    description: "Give `verified_on` with what was looked up.",
    policy: owners,
    params: PlatformParams,
    if_match: true,
    body: SocialPlatform.api.patch,
    reply: { status: 200, body: SocialPlatform.api.response },
    example: { body: { max_hashtags: 5, verified_on: "2026-11-20" } },
  }),
});
