import { authenticate } from "../../shared/identity/authenticate.ts";
import { api } from "../../shared/kernel/http/api.ts";
import { onLambda } from "../../shared/kernel/http/on-lambda.ts";
import { presentCampaign, presentCampaignPage } from "../../shared/soundcloud/campaign/campaign-view.ts";
import { chooseRemedy } from "../../shared/soundcloud/campaign/choose-remedy.ts";
import { completeCampaign } from "../../shared/soundcloud/campaign/complete-campaign.ts";
import { createCampaign } from "../../shared/soundcloud/campaign/create-campaign.ts";
import { draftCampaign } from "../../shared/soundcloud/campaign/draft-campaign.ts";
import { goLive } from "../../shared/soundcloud/campaign/go-live.ts";
import { patchCampaign } from "../../shared/soundcloud/campaign/patch-campaign.ts";
import { pauseCampaign } from "../../shared/soundcloud/campaign/pause-campaign.ts";
import { campaignProposals, proposeForCampaign } from "../../shared/soundcloud/campaign/propose-for-campaign.ts";
import { campaignHistory, getCampaign, listCampaigns } from "../../shared/soundcloud/campaign/read-campaigns.ts";
import { reportDelivery } from "../../shared/soundcloud/campaign/report-delivery.ts";
import { resumeCampaign } from "../../shared/soundcloud/campaign/resume-campaign.ts";
import { scheduleCampaign } from "../../shared/soundcloud/campaign/schedule-campaign.ts";
import { soundcloudSystem } from "../../shared/soundcloud/table.ts";
import { presentProposal, presentProposalPage } from "../../shared/soundcloud/target/present-proposal.ts";
import { campaigns } from "./campaigns.routes.ts";

export const campaignsApi = api(
  campaigns,
  { records: soundcloudSystem.idempotency, ports: {} },
  {
    createCampaign: { run: (ctx, { body }) => createCampaign(ctx, body), present: presentCampaign },
    listCampaigns: async (ctx, { query, page }) => presentCampaignPage(ctx, await listCampaigns(ctx, query, page)),
    getCampaign: async (ctx, { params }) => presentCampaign(ctx, await getCampaign(ctx, params.campaign_id)),
    patchCampaign: async (ctx, { params, body, version }) => presentCampaign(ctx, await patchCampaign(ctx, params.campaign_id, body, version)),
    draftCampaign: async (ctx, { params }) => presentCampaign(ctx, await draftCampaign(ctx, params.campaign_id)),
    scheduleCampaign: async (ctx, { params }) => presentCampaign(ctx, await scheduleCampaign(ctx, params.campaign_id)),
    goLiveCampaign: async (ctx, { params }) => presentCampaign(ctx, await goLive(ctx, params.campaign_id)),
    pauseCampaign: async (ctx, { params }) => presentCampaign(ctx, await pauseCampaign(ctx, params.campaign_id)),
    resumeCampaign: async (ctx, { params }) => presentCampaign(ctx, await resumeCampaign(ctx, params.campaign_id)),
    completeCampaign: async (ctx, { params }) => presentCampaign(ctx, await completeCampaign(ctx, params.campaign_id)),
    getCampaignReport: (ctx, { params }) => reportDelivery(ctx, params.campaign_id),
    chooseRemedy: { run: (ctx, { params, body }) => chooseRemedy(ctx, params.campaign_id, body), present: presentCampaign },
    proposeCampaignTargets: { run: (ctx, { params, body }) => proposeForCampaign(ctx, params.campaign_id, body), present: presentProposal },
    listCampaignProposals: async (ctx, { params, page }) => presentProposalPage(ctx, await campaignProposals(ctx, params.campaign_id, page)),
    campaignHistory: (ctx, { params, page }) => campaignHistory(ctx, params.campaign_id, page),
  },
);
export const handler = onLambda(campaignsApi, authenticate);
