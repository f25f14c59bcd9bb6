import * as z from "zod";
import { type HttpClient, type HttpClientOptions, httpClient } from "../../kernel/http-client.ts";
import type { HttpReply } from "../../kernel/http-reply.ts";
import { type Failure, type Outcome, mapOk, permanent, retryLater } from "../../kernel/outcome.ts";
import { isSlackWebhook } from "./webhook.ts";

/** A channel takes one message a second. */
const PER_SECOND = 1;
const RETRY_MS = 1_000;
const SLACK = "hooks.slack.com";

/** README, Slack. */
export interface SlackClient {
  /**
   * Posts a text, already escaped, to an incoming webhook: one request. Slack names no message, so that an answer that got
   * lost is `unknown_outcome`. `permanent` has Slack's own word, or `not_slack` for an address that is not called at all.
   */
  post(webhook: string, text: string): Promise<Outcome<void>>;
}

export interface SlackOptions extends Pick<HttpClientOptions, "clock" | "fetch" | "sleep" | "random" | "timeout_ms" | "budget_ms" | "per_second"> {
  /** `https://hooks.slack.com` */
  readonly api_url: string;
}

/** Incoming webhooks of Slack. Its address is a webhook's only secret: no failure shows it. */
export const slackClient = ({ api_url, ...options }: SlackOptions): SlackClient => {
  const clients = new Map<string, HttpClient>();
  /** Each webhook has a limit, and so a pause, of its own. */
  const clientOf = ({ hostname, pathname }: URL): HttpClient => {
    const known = clients.get(pathname);
    if (known) return known;
    const made = httpClient({ per_second: PER_SECOND, ...options, base_url: baseOf(api_url, hostname), attempts: 1, classify: refusalOf });
    clients.set(pathname, made);
    return made;
  };
  return {
    post: async (webhook, text) => {
      if (!isSlackWebhook(webhook)) return permanent("not_slack", "The address is no incoming webhook of Slack and was not called.");
      const url = new URL(webhook);
      const answer = await clientOf(url).call({
        method: "POST",
        path: url.pathname,
        shown_path: "/services/…",
        json: { text },
        text: true,
        reply: z.literal("ok"),
      });
      return mapOk(answer, () => undefined);
    },
  };
};

/** Slack's second host is Slack as well; every other base is the deployment's own choice. */
const baseOf = (api_url: string, hostname: string): string => {
  const base = new URL(api_url);
  if (base.hostname === SLACK) base.hostname = hostname;
  return base.href;
};

/** Slack's words in plain text. Their statuses differ between its pages, so that a known word goes before the status. */
const PERMANENT: ReadonlySet<string> = new Set([
  "invalid_payload",
  "invalid_blocks",
  "no_text",
  "missing_text_or_fallback_or_attachments",
  "too_many_attachments",
  "user_not_found",
  "action_prohibited",
  "invalid_token",
  "posting_to_general_channel_denied",
  "team_disabled",
  "channel_not_found",
  "channel_is_archived",
  "no_service",
  "no_service_id",
  "no_active_hooks",
  "no_team",
]);
const LATER: ReadonlySet<string> = new Set(["rate_limited", "rollup_error"]);

const wordIn = ({ body, status }: HttpReply): string => {
  const word = typeof body === "string" ? body.trim() : "";
  return /^[a-z][a-z_]{1,59}$/.test(word) ? word : `http_${status}`;
};

const refusalOf = (reply: HttpReply): Failure | undefined => {
  const { status } = reply;
  if (status >= 200 && status < 300) return undefined;
  const word = wordIn(reply);
  const said = `Slack answered ${word}.`;
  if (PERMANENT.has(word)) return permanent(word, said);
  // HTML is the edge's, in front of Slack.
  if (LATER.has(word) || status === 429 || status === 408 || status >= 500 || reply.is_html) return retryLater(reply.retry_after_ms ?? RETRY_MS, said);
  return permanent(word, said);
};
