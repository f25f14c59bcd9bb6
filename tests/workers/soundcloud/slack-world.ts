import { patchSettings } from "../../../shared/soundcloud/settings/patch-settings.ts";
import { Settings } from "../../../shared/soundcloud/settings/settings.ts";
import { slackApi } from "../../../functions/soundcloud/slack.api.ts";
import { settingsApi } from "../../../functions/soundcloud/settings.api.ts";
import { startSlackSandbox } from "../../../infra/local/sandbox/slack/start.ts";
import { type SlackClient, slackClient } from "../../../shared/soundcloud/slack/slack.client.ts";
import { control } from "../../integration/providers/support.ts";
import { type SoundcloudOrg, soundcloudWorld } from "../../support/soundcloud.ts";
import type { WorldOptions } from "../../support/world.ts";

const PUBLIC_URL = "https://agency.example";
let hooks = 0;

/** The repost network with Slack's sandbox beside it; `stop` ends that. */
export const slackWorld = async (options: WorldOptions = {}) => {
  let time = (): Date => new Date("2026-11-20T09:00:00.000Z");
  const sandbox = await startSlackSandbox({ now: () => time(), burst: 1000 });
  const open = (): SlackClient =>
    slackClient({
      api_url: sandbox.url,
      clock: { now: () => time() },
      timeout_ms: 500,
      per_second: 1000,
      sleep: async () => {},
      random: () => 0,
      ...(options.gate ? { fetch: options.gate.fetch(fetch) } : {}),
    });
  let client = open();
  const slack: SlackClient = { post: (webhook, text) => client.post(webhook, text) };
  const world = await soundcloudWorld({ apis: [slackApi, settingsApi], ...options, ports: { slack, pages: { public_url: PUBLIC_URL }, ...options.ports } });
  time = () => world.clock.now();

  /** An org that has turned Slack on, with a webhook of its own. */
  const connected = async () => {
    const org = await world.org();
    hooks += 1;
    const path = `/services/T0AAA/B0BBB/secret${hooks}`;
    const { version } = await Settings.get(org.ctx, { org_id: org.org_id }, { consistent: true });
    await patchSettings(org.ctx, { slack_enabled: true, slack_webhook: `https://hooks.slack.com${path}` }, version);
    return { org, path };
  };
  /** The texts that a webhook has taken. */
  const posted = async (path: string): Promise<string[]> =>
    (await control<{ items: { path: string; text: string }[] }>(sandbox.url, "GET", "messages")).items
      .filter((one) => one.path === path)
      .map(({ text }) => text);
  const statusOf = async (org: SoundcloudOrg) => (await org.moderator.api.get("/soundcloud/slack")).body;

  return {
    ...world,
    sandbox,
    connected,
    posted,
    statusOf,
    refuse: (path: string, word: string) => control(sandbox.url, "PUT", "refusals", { path, word }),
    fault: (kind: string, count = 1) => control(sandbox.url, "POST", "faults", { kind, count, path: "/services" }),
    /** As a new process would open it. */
    restart: () => void (client = open()),
    stop: () => sandbox.stop(),
  };
};
export type SlackWorld = Awaited<ReturnType<typeof slackWorld>>;
