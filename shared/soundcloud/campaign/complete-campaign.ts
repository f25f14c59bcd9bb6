import { CampaignCompleted } from "../../../events/soundcloud/campaign-completed.v1.ts";
import type { OrgCtx } from "../../kernel/context.ts";
import { soundcloudSystem } from "../table.ts";
import type { Campaign } from "./campaign.ts";
import { carriedBy, closedDemand } from "./campaign-demand.ts";
import { type MoveOptions, moveCampaign } from "./move-campaign.ts";

/** Ends a live campaign, finally; its demand closes. Throws DomainError `invalid_transition`. */
export const completeCampaign = (ctx: OrgCtx, id: string, options: MoveOptions = {}): Promise<Campaign> =>
  moveCampaign(
    ctx,
    id,
    "complete",
    async (campaign) => {
      const { client_id, goal_reposts, verified_reposts } = campaign;
      const submission = await carriedBy(ctx, campaign);
      return {
        to: "completed",
        patch: { completed_at: ctx.clock.now().toISOString() },
        also: [
          ...(submission ? closedDemand(ctx, submission) : []),
          ...soundcloudSystem.emit(ctx, CampaignCompleted, { campaign_id: id, client_id, goal_reposts, verified_reposts }),
        ],
      };
    },
    options,
  );
