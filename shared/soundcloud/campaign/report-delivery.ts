import * as z from "zod";
import type { OrgCtx } from "../../kernel/context.ts";
import { date, id, moneyUsd, timestamp } from "../../kernel/fields.ts";
import { Submission } from "../submission/submission.ts";
import { Campaign, CampaignStatus, Remedy } from "./campaign.ts";
import { costPerRepost, owedReposts, refundDue } from "./delivery.ts";

/** A campaign's promise beside its delivery, and what makes good the difference. Amounts in dollars; null is not known, zero is none. */
export const DeliveryReport = z.object({
  campaign_id: id,
  client_id: id,
  status: CampaignStatus,
  start_date: date.nullable(),
  end_date: date.nullable(),
  goal_reposts: z.int().min(0),
  /** Verified and standing. */
  verified_reposts: z.int().min(0),
  /** Published to supporters and not ended yet. */
  under_way_reposts: z.int().min(0),
  /** Promised and not verified: what can be made good. */
  owed_reposts: z.int().min(0),
  price_usd: moneyUsd.nullable(),
  /** Price by verified repost, to a hundredth of a cent; null while there is none. */
  cost_per_repost_usd: z.string().nullable(),
  /** The part of the price that belongs to owed reposts. */
  refund_due_usd: moneyUsd.nullable(),
  remedy: Remedy.nullable(),
  remedied_at: timestamp.nullable(),
  /** Promised back to the client. */
  refund_usd: moneyUsd.nullable(),
});
export type DeliveryReport = z.output<typeof DeliveryReport>;

/** Published and not ended: those that count for the submission less those that are verified. */
export const underWay = (campaign: Pick<Campaign, "verified_reposts">, submission: Submission | undefined): number =>
  Math.max(0, (submission?.supported_count ?? 0) - campaign.verified_reposts);

/** Throws DomainError not_found. README, Campaigns. */
export const reportDelivery = async (ctx: OrgCtx, campaign_id: string): Promise<DeliveryReport> => {
  const { org_id } = ctx;
  const campaign = await Campaign.get(ctx, { org_id, id: campaign_id });
  const submission = campaign.submission_id === undefined ? undefined : await Submission.get(ctx, { org_id, id: campaign.submission_id });
  const { client_id, status, goal_reposts, verified_reposts, price_usd } = campaign;
  return {
    campaign_id,
    client_id,
    status,
    start_date: campaign.start_date ?? null,
    end_date: campaign.end_date ?? null,
    goal_reposts,
    verified_reposts,
    under_way_reposts: underWay(campaign, submission),
    owed_reposts: owedReposts(campaign),
    price_usd: price_usd ?? null,
    cost_per_repost_usd: costPerRepost(price_usd, verified_reposts),
    refund_due_usd: refundDue(campaign),
    remedy: campaign.remedy ?? null,
    remedied_at: campaign.remedied_at ?? null,
    refund_usd: campaign.refund_usd ?? null,
  };
};
