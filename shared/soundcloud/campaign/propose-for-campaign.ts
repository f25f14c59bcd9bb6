import type { OrgCtx } from "../../kernel/context.ts";
import { conflict } from "../../kernel/errors.ts";
import type { PageOf, PageRequest } from "../../kernel/http/route.ts";
import { type ProposalWish, proposalsOf, proposeFor } from "../target/propose.ts";
import type { TargetProposal } from "../target/target-proposal.ts";
import { carriedBy, demandOf } from "./campaign-demand.ts";
import { Campaign } from "./campaign.ts";

/**
 * Runs the target builder for a campaign, also before it has its submission; the queue uses the latest proposal while it
 * lives. A goal above the most that a proposal names is proposed in portions. Throws DomainError `no_demand` once it has ended.
 */
export const proposeForCampaign = async (ctx: OrgCtx, campaign_id: string, wish: ProposalWish): Promise<TargetProposal> => {
  const campaign = await Campaign.get(ctx, { org_id: ctx.org_id, id: campaign_id }, { consistent: true });
  if (campaign.status === "completed") throw conflict("no_demand", "The campaign has ended; it wants nobody any more.");
  return proposeFor(ctx, (await carriedBy(ctx, campaign)) ?? demandOf(ctx, campaign), wish);
};

/** The latest first. Throws DomainError not_found. */
export const campaignProposals = async (ctx: OrgCtx, campaign_id: string, page: PageRequest): Promise<PageOf<TargetProposal>> => {
  await Campaign.get(ctx, { org_id: ctx.org_id, id: campaign_id });
  return proposalsOf(ctx, campaign_id, page);
};
