import type { OrgCtx } from "../../kernel/context.ts";
import type { Campaign } from "./campaign.ts";
import { carriedBy, pausedDemand } from "./campaign-demand.ts";
import { moveCampaign } from "./move-campaign.ts";

/** Halts a campaign, from scheduled or live: nobody new is asked, what was published goes on. Throws DomainError `invalid_transition`. */
export const pauseCampaign = (ctx: OrgCtx, id: string): Promise<Campaign> =>
  moveCampaign(ctx, id, "pause", async (campaign) => {
    const { status } = campaign;
    const submission = await carriedBy(ctx, campaign);
    return {
      to: "paused",
      patch: { paused_from: status === "live" ? "live" : "scheduled" },
      also: submission ? pausedDemand(ctx, submission) : [],
    };
  });
