import type { Boot } from "../../kernel/boot.ts";
import { type SlackClient, slackClient } from "./slack.client.ts";

/** Slack as the environment names it; webhooks are each org's own. */
export const openSlack = (boot: Boot): SlackClient => slackClient({ api_url: boot.env("SLACK_API_URL"), clock: boot.clock });
