import { CampaignWentLive } from "../../../events/soundcloud/campaign-went-live.v1.ts";
import { SubmissionApproved } from "../../../events/soundcloud/submission-approved.v1.ts";
import type { OrgCtx } from "../../kernel/context.ts";
import { DomainError } from "../../kernel/errors.ts";
import { Submission } from "../submission/submission.ts";
import { soundcloudSystem } from "../table.ts";
import type { Campaign } from "./campaign.ts";
import { demandOf } from "./campaign-demand.ts";
import { type MoveOptions, moveCampaign } from "./move-campaign.ts";

/** What stands between a scheduled campaign and its beginning; empty when nothing does. */
export const obstaclesTo = ({ baseline_captured_at, approved_at, end_date = "" }: Campaign, today: string) => [
  ...(approved_at === undefined ? [{ pointer: "/approved_at", code: "not_approved", detail: "It was not approved." }] : []),
  ...(baseline_captured_at === undefined
    ? [
        {
          pointer: "/baseline_captured_at",
          code: "no_baseline",
          detail: "Its baseline, the snapshot of day 0, was not captured; without it nobody can tell what it brought.",
        },
      ]
    : []),
  ...(end_date < today ? [{ pointer: "/end_date", code: "date_passed", detail: "Its end date is over; set a later one." }] : []),
];

/**
 * Begins a campaign: the client's submission that carries its demand is made in the same transaction, once. Throws
 * DomainError `invalid_transition`, or `not_ready` with everything that stands against it.
 */
export const goLive = (ctx: OrgCtx, id: string, options: MoveOptions = {}): Promise<Campaign> =>
  moveCampaign(
    ctx,
    id,
    "go-live",
    (campaign) => {
      const now = ctx.clock.now().toISOString();
      const errors = obstaclesTo(campaign, now.slice(0, 10));
      if (errors.length > 0) throw new DomainError("conflict", "not_ready", errors.map(({ detail }) => detail).join(" "), { errors });
      const submission = demandOf(ctx, campaign);
      const { client_id } = campaign;
      return {
        to: "live",
        patch: { live_at: now, submission_id: submission.id },
        also: [
          ...Submission.writes.put(ctx, submission),
          ...soundcloudSystem.emit(ctx, CampaignWentLive, { campaign_id: id, client_id, submission_id: submission.id }),
          ...soundcloudSystem.emit(ctx, SubmissionApproved, { submission_id: submission.id, client_id }),
        ],
      };
    },
    options,
  );
