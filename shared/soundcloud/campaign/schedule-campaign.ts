import { CampaignScheduled } from "../../../events/soundcloud/campaign-scheduled.v1.ts";
import { type OrgCtx, actorId } from "../../kernel/context.ts";
import { DomainError } from "../../kernel/errors.ts";
import { soundcloudSystem } from "../table.ts";
import { type Campaign, missingTerms } from "./campaign.ts";
import { moveCampaign } from "./move-campaign.ts";

/** Approves a campaign whose goal and dates are known. Throws DomainError `invalid_transition`, or `not_ready` with everything that is missing. */
export const scheduleCampaign = (ctx: OrgCtx, id: string): Promise<Campaign> =>
  moveCampaign(ctx, id, "schedule", (campaign) => {
    const errors = missingTerms(campaign);
    if (errors.length > 0)
      throw new DomainError(
        "conflict",
        "not_ready",
        `Not all is known that was sold: ${errors.map(({ detail }) => detail).join(" ")} Change the campaign first.`,
        {
          errors,
        },
      );
    const { client_id } = campaign;
    return {
      to: "scheduled",
      patch: { approved_by: actorId(ctx.actor) ?? null, approved_at: ctx.clock.now().toISOString() },
      also: soundcloudSystem.emit(ctx, CampaignScheduled, { campaign_id: id, client_id }),
    };
  });
