import { PostToSlack } from "../../../events/soundcloud/post-to-slack.v1.ts";
import type { OrgCtx } from "../../kernel/context.ts";
import type { Vault } from "../../kernel/crypto/vault.ts";
import { DomainError, isDomainError } from "../../kernel/errors.ts";
import type { Commands } from "../../kernel/queue/commands.ts";
import { type Write, contend, stillMissing, transact } from "../../kernel/table/table.ts";
import { Settings } from "../settings/settings.ts";
import { soundcloud } from "../table.ts";
import { SlackPost } from "./slack-post.ts";
import { SlackStatus } from "./slack-status.ts";
import { type SlackNews, slackText } from "./slack-text.ts";
import type { SlackClient } from "./slack.client.ts";
import { slackWebhookField } from "./webhook.ts";

export type PostToSlackCtx = OrgCtx & {
  readonly slack: SlackClient;
  readonly vault: Vault;
  readonly commands: Commands;
  readonly pages: { readonly public_url: string };
};

/** SQS holds a message back no longer. */
const LONGEST_DELAY_S = 900;
/** What Slack put off longer is news no more. */
const GIVEN_UP_MS = 24 * 3_600_000;

/**
 * Posts a fact to the org's channel. Nothing is sent while Slack is turned off or has no webhook, nor for a message whose
 * id is known to be dealt with; what Slack refuses is noted, what it puts off is ordered again under the same id.
 * Throws DomainError `slack_not_answered` when it is not known whether it was posted: the order is delivered again, so
 * that a message may come twice rather than never. README, Slack.
 */
export const postToSlack = async (ctx: PostToSlackCtx, news: SlackNews): Promise<void> => {
  const { org_id, request_id: id } = ctx;
  const [post, settings] = await Promise.all([SlackPost.find(ctx, { org_id, id }, { consistent: true }), Settings.find(ctx, { org_id }, { consistent: true })]);
  if (post?.ended_at !== undefined || !settings?.slack_enabled || settings.slack_webhook === undefined) return;
  const wait_ms = Date.parse(post?.not_before ?? "") - ctx.clock.now().getTime();
  if (post && wait_ms > 0) return isOld(ctx, post) ? end(ctx, "put_off") : orderAgain(ctx, news, wait_ms);
  const webhook = await ctx.vault.open(ctx, settings.slack_webhook, slackWebhookField(org_id));
  const outcome = await ctx.slack.post(webhook, slackText(news, ctx.pages.public_url));
  switch (outcome.kind) {
    case "ok":
      return end(ctx);
    case "permanent":
      return end(ctx, outcome.code);
    case "auth_expired":
      return end(ctx, "invalid_token");
    case "retry_later":
      return putOff(ctx, news, post, outcome.after_ms);
    case "unknown_outcome":
      throw new DomainError("unavailable", "slack_not_answered", `The message ${id} may or may not have been posted: ${outcome.detail} Deliver it again.`);
  }
};

/** Notes for ops that a message was given up without an answer. It may still be posted when it is redriven. */
export const noteSilence = (ctx: OrgCtx): Promise<void> =>
  contend(async () => {
    await transact(ctx, soundcloud, await statusWrites(ctx, "no_answer"), { pattern: "slack.noteSilence" });
  });

/** Stores what became of the message together with the org's status, once. */
const end = (ctx: OrgCtx, failure_code?: string): Promise<void> =>
  contend(async () => {
    const { org_id, request_id: id } = ctx;
    const ended_at = ctx.clock.now().toISOString();
    const stored = await SlackPost.find(ctx, { org_id, id }, { consistent: true });
    if (stored?.ended_at !== undefined) return;
    const ended = { ended_at, ...(failure_code === undefined ? {} : { failure_code }) };
    const noted = stored
      ? SlackPost.writes.patch(ctx, stored, ended)
      : stillMissing(SlackPost.writes.create(ctx, { org_id, id, begun_at: ended_at, ...ended }));
    await transact(ctx, soundcloud, [...noted, ...(await statusWrites(ctx, failure_code))], { pattern: "slack.end" });
  });

const statusWrites = async (ctx: OrgCtx, failure_code: string | undefined): Promise<Write[]> => {
  const { org_id } = ctx;
  const at = ctx.clock.now().toISOString();
  const stored = await SlackStatus.find(ctx, { org_id }, { consistent: true });
  const change =
    failure_code === undefined
      ? { last_success_at: at, consecutive_failures: 0 }
      : { last_failure_at: at, last_failure_code: failure_code, consecutive_failures: (stored?.consecutive_failures ?? 0) + 1 };
  return stored ? SlackStatus.writes.patch(ctx, stored, change) : stillMissing(SlackStatus.writes.create(ctx, { org_id, ...change }));
};

const isOld = (ctx: OrgCtx, { begun_at }: SlackPost): boolean => ctx.clock.now().getTime() - Date.parse(begun_at) > GIVEN_UP_MS;

/** Notes until when Slack is left alone, and orders the next attempt. Of two deliveries that were put off at once, one does. */
const putOff = async (ctx: PostToSlackCtx, news: SlackNews, post: SlackPost | undefined, after_ms: number): Promise<void> => {
  const { org_id, request_id: id } = ctx;
  if (post && isOld(ctx, post)) return end(ctx, "put_off");
  const now = ctx.clock.now();
  const put_off = (post?.put_off ?? 0) + 1;
  const wait_ms = Math.max(after_ms, Math.min(2 ** (put_off - 1), LONGEST_DELAY_S) * 1000);
  const change = { put_off, not_before: new Date(now.getTime() + wait_ms).toISOString() };
  const noted = post
    ? SlackPost.writes.patch(ctx, post, change)
    : stillMissing(SlackPost.writes.create(ctx, { org_id, id, begun_at: now.toISOString(), ...change }));
  try {
    await transact(ctx, soundcloud, noted, { pattern: "slack.putOff" });
  } catch (error) {
    if (isDomainError(error, "concurrent_change")) return;
    throw error;
  }
  await orderAgain(ctx, news, wait_ms);
};

const orderAgain = (ctx: PostToSlackCtx, news: SlackNews, wait_ms: number): Promise<void> => {
  const delay_s = Math.min(Math.ceil(wait_ms / 1000), LONGEST_DELAY_S);
  return ctx.commands.sendEach(ctx, PostToSlack, [{ org_id: ctx.org_id, id: ctx.request_id, data: news, delay_s }]);
};
