import type { OrgCtx } from "../../kernel/context.ts";
import { every } from "../../kernel/table/every.ts";
import { QueueAssignment } from "../queue/queue-assignment.ts";
import type { Submission } from "../submission/submission.ts";
import { type Difference, compare } from "./difference.ts";

/** Counts a submission's published assignments: those that stand, and the credits of those that were paid. */
export const checkSubmission = async (ctx: OrgCtx, { org_id, id, supported_count, credits_consumed }: Submission): Promise<Difference[]> => {
  const computed = { supported_count: 0, credits_consumed: 0 };
  for await (const one of every((page) => QueueAssignment.query.bySubmission(ctx, { org_id, submission_id: id }, page))) {
    const stands = one.status === "assigned" || (one.status === "completed" && one.refunded_at === undefined);
    if (stands) computed.supported_count += 1;
    if (stands && one.status === "completed") computed.credits_consumed += one.credits_allocated;
  }
  return compare("submission", id, { supported_count, credits_consumed }, computed);
};
