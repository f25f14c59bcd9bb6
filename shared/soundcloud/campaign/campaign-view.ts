import * as z from "zod";
import type { OrgCtx } from "../../kernel/context.ts";
import type { PageOf } from "../../kernel/http/route.ts";
import { Client } from "../party/client.ts";
import { Campaign } from "./campaign.ts";

/** A campaign as the API shows it: with the client's name. */
export const CampaignView = Campaign.api.response.extend({ client_name: z.string().optional() });
export type CampaignView = z.input<typeof CampaignView>;

/** Joins the names of the clients in one BatchGet. */
const presentCampaigns = async (ctx: OrgCtx, campaigns: readonly Campaign[]): Promise<CampaignView[]> => {
  const ids = [...new Set(campaigns.map(({ client_id }) => client_id))];
  const clients = await Client.getMany(
    ctx,
    ids.map((id) => ({ org_id: ctx.org_id, id })),
  );
  const names = new Map(clients.map(({ id, name }) => [id, name]));
  return campaigns.map(({ track_key: _, genre_pairs: __, paused_from: ___, planned_days: ____, ip_schedule_ids: _____, ...shown }) => {
    const client_name = names.get(shown.client_id);
    return { ...shown, ...(client_name === undefined ? {} : { client_name }) };
  });
};

export const presentCampaign = async (ctx: OrgCtx, campaign: Campaign): Promise<CampaignView> => (await presentCampaigns(ctx, [campaign]))[0]!;

export const presentCampaignPage = async (ctx: OrgCtx, page: PageOf<Campaign>): Promise<PageOf<CampaignView>> => ({
  ...page,
  items: await presentCampaigns(ctx, page.items),
});
