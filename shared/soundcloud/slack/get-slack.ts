import * as z from "zod";
import type { OrgCtx } from "../../kernel/context.ts";
import { timestamp } from "../../kernel/fields.ts";
import { Settings } from "../settings/settings.ts";
import { SlackStatus } from "./slack-status.ts";

/** The settings of Slack without its address, and how messages fare; what has not happened yet is missing. */
export const SlackView = z.object({
  slack_enabled: z.boolean(),
  slack_webhook_set: z.boolean(),
  slack_channel: z.string(),
  last_success_at: timestamp.optional(),
  last_failure_at: timestamp.optional(),
  last_failure_code: z.string().optional(),
  consecutive_failures: z.int().min(0),
});
export type SlackView = z.output<typeof SlackView>;

/** Throws DomainError not_found while the platform is not enabled for the org. */
export const getSlack = async (ctx: OrgCtx): Promise<SlackView> => {
  const { org_id } = ctx;
  const [{ slack_enabled, slack_webhook, slack_channel }, status] = await Promise.all([
    Settings.get(ctx, { org_id }),
    SlackStatus.find(ctx, { org_id }, { consistent: true }),
  ]);
  const { last_success_at, last_failure_at, last_failure_code, consecutive_failures = 0 } = status ?? {};
  return {
    slack_enabled,
    slack_webhook_set: slack_webhook !== undefined,
    slack_channel,
    last_success_at,
    last_failure_at,
    last_failure_code,
    consecutive_failures,
  };
};
