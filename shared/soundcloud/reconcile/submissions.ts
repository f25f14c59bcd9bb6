import type { OrgCtx } from "../../kernel/context.ts";
import { every } from "../../kernel/table/every.ts";
import { type PlannedDays, daysAfter } from "../planner/planned-days.ts";
import { Schedule } from "../planner/schedule.ts";
import { QueueAssignment } from "../queue/queue-assignment.ts";
import type { Submission } from "../submission/submission.ts";
import { type Difference, compare } from "./difference.ts";

/** Each day with its number of schedules, `2026-11-21 3`. */
const listed = (days: PlannedDays): string[] => Object.entries(days).map(([day, count]) => `${day} ${count}`);

/** The days of the schedules of a submission and of the campaign that it carries. */
const plannedFor = async (ctx: OrgCtx, { org_id, id, campaign_id }: Submission): Promise<PlannedDays> => {
  let days: PlannedDays = {};
  for (const parent_id of campaign_id === undefined ? [id] : [id, campaign_id])
    for await (const to of every((page) => Schedule.query.byParent(ctx, { org_id, parent_id }, page))) days = daysAfter(days, [{ to }]);
  return days;
};

/**
 * Counts a submission's published assignments, those that stand, and the credits of those that were paid; of one that may
 * have schedules at Influence Planner also their days.
 */
export const checkSubmission = async (ctx: OrgCtx, submission: Submission): Promise<Difference[]> => {
  const { org_id, id, status, supported_count, credits_consumed, planned_days } = submission;
  const computed = { supported_count: 0, credits_consumed: 0 };
  for await (const one of every((page) => QueueAssignment.query.bySubmission(ctx, { org_id, submission_id: id }, page))) {
    const stands = one.status === "assigned" || (one.status === "completed" && one.refunded_at === undefined);
    if (stands) computed.supported_count += 1;
    if (stands && one.status === "completed") computed.credits_consumed += one.credits_allocated;
  }
  const differences = compare("submission", id, { supported_count, credits_consumed }, computed);
  // Nothing is planned before the approval, and what is taken back after it is left out.
  if (status !== "approved" && status !== "qa_flag") return differences;
  const planned = listed(await plannedFor(ctx, submission));
  return [...differences, ...compare("submission", id, { planned_days: listed(planned_days) }, { planned_days: planned })];
};
