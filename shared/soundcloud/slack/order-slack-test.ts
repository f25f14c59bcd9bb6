import { PostToSlack } from "../../../events/soundcloud/post-to-slack.v1.ts";
import type { OrgCtx } from "../../kernel/context.ts";
import { unprocessable } from "../../kernel/errors.ts";
import { uuidOf } from "../../kernel/ids.ts";
import type { Commands } from "../../kernel/queue/commands.ts";
import { Settings } from "../settings/settings.ts";

/** Orders a test message; the status tells what became of it. Throws DomainError `slack_off` while nothing would be sent. */
export const orderSlackTest = async (ctx: OrgCtx & { readonly commands: Commands }) => {
  const { org_id } = ctx;
  const { slack_enabled, slack_webhook } = await Settings.get(ctx, { org_id }, { consistent: true });
  if (!slack_enabled || slack_webhook === undefined)
    throw unprocessable("slack_off", "Slack is turned off or has no webhook; set slack_enabled and slack_webhook in the settings.");
  const message_id = uuidOf(`${PostToSlack.type}/test/${ctx.request_id}`);
  await ctx.commands.sendEach(ctx, PostToSlack, [{ org_id, id: message_id, data: { fact: "test", data: {} } }]);
  return { message_id, status: "ordered" as const };
};
