import * as z from "zod";
import type { OrgCtx } from "../../kernel/context.ts";
import { id } from "../../kernel/fields.ts";
import type { PageOf, PageRequest } from "../../kernel/http/route.ts";
import { Campaign, CampaignStatus } from "./campaign.ts";

/** One filter at most: each is a list of its own. Without one, those that are live. */
export const CampaignFilter = z
  .strictObject({ status: CampaignStatus.optional(), client_id: id.optional() })
  .refine(({ status, client_id }) => status === undefined || client_id === undefined, "Give one filter at most: status or client_id.");
export type CampaignFilter = z.output<typeof CampaignFilter>;

/** By status the oldest come first, by client the newest. */
export const listCampaigns = (ctx: OrgCtx, { status = "live", client_id }: CampaignFilter, page: PageRequest): Promise<PageOf<Campaign>> => {
  const { org_id } = ctx;
  return client_id === undefined
    ? Campaign.query.byStatus(ctx, { org_id, status }, page)
    : Campaign.query.byClient(ctx, { org_id, client_id }, { ...page, desc: true });
};

/** Throws DomainError not_found. */
export const getCampaign = (ctx: OrgCtx, id: string): Promise<Campaign> => Campaign.get(ctx, { org_id: ctx.org_id, id });

export const campaignHistory = async (ctx: OrgCtx, id: string, page: PageRequest) => {
  await getCampaign(ctx, id);
  return Campaign.history(ctx, { org_id: ctx.org_id, id }, page);
};
