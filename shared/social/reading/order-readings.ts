import { ReadInsights } from "../../../events/social/read-insights.v1.ts";
import type { OrgJobCtx } from "../../kernel/job.ts";
import { uuidOf } from "../../kernel/ids.ts";
import type { Commands } from "../../kernel/queue/commands.ts";
import { everyPage } from "../../kernel/table/every.ts";
import { SocialAccount } from "../account/social-account.ts";

/** Orders the reading of each connected account of the org, under ids that are the same when the order comes again. */
export const orderReadings = async (ctx: OrgJobCtx & { readonly commands: Commands }): Promise<void> => {
  const { org_id, request_id } = ctx;
  for await (const accounts of everyPage((page) => SocialAccount.list(ctx, { org_id }, page))) {
    const connected = accounts.filter(({ status }) => status === "connected");
    await ctx.commands.sendEach(
      ctx,
      ReadInsights,
      connected.map(({ id }) => ({ org_id, id: uuidOf(`${ReadInsights.type}/${request_id}/${id}`), data: { account_id: id } })),
    );
  }
};
