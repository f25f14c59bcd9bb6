import { join } from "node:path";
import { startPlannerSandbox } from "./influence-planner/start.ts";
import { startInstagramSandbox } from "./instagram/start.ts";
import type { Mail } from "./resend/mail-box.ts";
import { startResendSandbox } from "./resend/start.ts";
import type { Endpoint } from "./resend/webhooks.ts";
import { startSlackSandbox } from "./slack/start.ts";
import { startSoundCloudSandbox } from "./soundcloud/start.ts";
import { startTikTokSandbox } from "./tiktok/start.ts";
import { startYouTubeSandbox } from "./youtube/start.ts";

export type { Mail };

export interface SandboxesOptions {
  /** Keeps what happened between starts; in memory unless told. */
  readonly data_dir?: string | undefined;
  readonly now?: () => Date;
  readonly seed?: string;
  /** Where Resend's events go. */
  readonly webhook?: Endpoint;
}

export interface Sandboxes {
  readonly soundcloud_url: string;
  readonly soundcloud_auth_url: string;
  readonly resend_url: string;
  /** Influence Planner's Partner API. */
  readonly planner_url: string;
  readonly slack_url: string;
  readonly instagram_url: string;
  readonly tiktok_url: string;
  readonly youtube_url: string;
  readonly youtube_auth_url: string;
  /** Every mail that was sent, newest first. */
  mails(): Promise<Mail[]>;
  stop(): Promise<void>;
}

/** Starts the outside services that the local cloud talks to, on free ports of 127.0.0.1. */
export const startSandboxes = async ({ data_dir, webhook, ...common }: SandboxesOptions = {}): Promise<Sandboxes> => {
  const stateFile = (name: string): string | undefined => (data_dir === undefined ? undefined : join(data_dir, `${name}.json`));
  const soundcloud = await startSoundCloudSandbox({ ...common, state_file: stateFile("soundcloud") });
  const resend = await startResendSandbox({ ...common, state_file: stateFile("resend"), webhook });
  const planner = await startPlannerSandbox({ ...common, state_file: stateFile("influence-planner"), soundcloud_url: soundcloud.url });
  const instagram = await startInstagramSandbox({ now: common.now, seed: common.seed, state_file: stateFile("instagram") });
  const tiktok = await startTikTokSandbox({ now: common.now, seed: common.seed, state_file: stateFile("tiktok") });
  const youtube = await startYouTubeSandbox({ now: common.now, seed: common.seed, state_file: stateFile("youtube") });
  const slack = await startSlackSandbox({ now: common.now, state_file: stateFile("slack") });
  return {
    soundcloud_url: soundcloud.url,
    soundcloud_auth_url: soundcloud.url,
    resend_url: resend.url,
    planner_url: `${planner.url}/partner/v1`,
    slack_url: slack.url,
    instagram_url: `${instagram.url}/v26.0`,
    tiktok_url: tiktok.url,
    youtube_url: `${youtube.url}/youtube/v3`,
    youtube_auth_url: youtube.url,
    mails: resend.mails,
    stop: async () => {
      await Promise.all([soundcloud.stop(), resend.stop(), planner.stop(), slack.stop(), instagram.stop(), tiktok.stop(), youtube.stop()]);
    },
  };
};
