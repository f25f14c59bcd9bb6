import type { OrgCtx } from "../../kernel/context.ts";
import { getSettings } from "../settings/get-settings.ts";
import type { Campaign } from "./campaign.ts";
import { carriedBy, resumedDemand } from "./campaign-demand.ts";
import { moveCampaign } from "./move-campaign.ts";

/** Goes on where the campaign was paused; a live one wants supporters again. Throws DomainError `invalid_transition`. */
export const resumeCampaign = (ctx: OrgCtx, id: string): Promise<Campaign> =>
  moveCampaign(ctx, id, "resume", async (campaign) => {
    const [submission, settings] = await Promise.all([carriedBy(ctx, campaign), getSettings(ctx)]);
    return {
      to: campaign.paused_from ?? "scheduled",
      patch: { paused_from: null },
      also: submission ? resumedDemand(ctx, submission, settings) : [],
    };
  });
