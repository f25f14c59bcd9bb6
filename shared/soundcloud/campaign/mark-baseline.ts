import type { OrgCtx } from "../../kernel/context.ts";
import type { Write } from "../../kernel/table/table.ts";
import { Campaign } from "./campaign.ts";

/**
 * The writes by which a campaign learns that its baseline, the snapshot of day 0, was taken at a time (RFC 3339). They
 * belong into the transaction that stores the snapshot, inside `contend`, since they go by the campaign's version.
 * Nothing to write when the baseline is known or the campaign has ended. Throws DomainError not_found. README, Campaigns.
 */
export const markBaseline = async (ctx: OrgCtx, campaign_id: string, at: string): Promise<Write[]> => {
  const campaign = await Campaign.get(ctx, { org_id: ctx.org_id, id: campaign_id }, { consistent: true });
  if (campaign.baseline_captured_at !== undefined || campaign.status === "completed") return [];
  return Campaign.writes.patch(ctx, campaign, { baseline_captured_at: at });
};
