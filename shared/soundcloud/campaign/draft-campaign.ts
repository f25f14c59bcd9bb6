import type { OrgCtx } from "../../kernel/context.ts";
import type { Campaign } from "./campaign.ts";
import { moveCampaign } from "./move-campaign.ts";

/** Takes what came in up for planning. Throws DomainError `invalid_transition`. */
export const draftCampaign = (ctx: OrgCtx, id: string): Promise<Campaign> => moveCampaign(ctx, id, "draft", () => ({ to: "draft" }));
