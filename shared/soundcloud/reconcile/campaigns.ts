import type { OrgCtx } from "../../kernel/context.ts";
import { every } from "../../kernel/table/every.ts";
import type { Campaign } from "../campaign/campaign.ts";
import { QueueAssignment } from "../queue/queue-assignment.ts";
import { type Difference, compare } from "./difference.ts";

/** Counts the reposts of a campaign that were verified and stand, from the assignments of the submission that carries it. */
export const checkCampaign = async (ctx: OrgCtx, { org_id, id, submission_id, verified_reposts }: Campaign): Promise<Difference[]> => {
  const computed = { verified_reposts: 0 };
  if (submission_id !== undefined)
    for await (const { status, refunded_at } of every((page) => QueueAssignment.query.bySubmission(ctx, { org_id, submission_id }, page)))
      if (status === "completed" && refunded_at === undefined) computed.verified_reposts += 1;
  return compare("campaign", id, { verified_reposts }, computed);
};
