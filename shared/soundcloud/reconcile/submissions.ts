import type { OrgCtx } from "../../kernel/context.ts";
import { every } from "../../kernel/table/every.ts";
import { Campaign } from "../campaign/campaign.ts";
import { type PlannedDays, dayOf, daysAfter } from "../planner/planned-days.ts";
import { Schedule } from "../planner/schedule.ts";
import { QueueAssignment } from "../queue/queue-assignment.ts";
import { Submission } from "../submission/submission.ts";
import { type Difference, compare } from "./difference.ts";

/** Published and neither skipped, failed nor paid back. */
const stands = ({ published_on, status, refunded_at }: QueueAssignment): boolean =>
  published_on !== undefined && (status === "assigned" || (status === "completed" && refunded_at === undefined));

/** Counts a submission's assignments that stand, and the credits of those that were paid. */
const checkSupport = async (ctx: OrgCtx, { org_id, id, supported_count, credits_consumed }: Submission): Promise<Difference[]> => {
  const computed = { supported_count: 0, credits_consumed: 0 };
  for await (const one of every((page) => QueueAssignment.query.bySubmission(ctx, { org_id, submission_id: id }, page))) {
    if (!stands(one)) continue;
    computed.supported_count += 1;
    if (one.status === "completed") computed.credits_consumed += one.credits_allocated;
  }
  return compare("submission", id, { supported_count, credits_consumed }, computed);
};

/** Each day with its number of schedules, `2026-11-21 3`. */
const listed = (days: PlannedDays): string[] => Object.entries(days).map(([day, count]) => `${day} ${count}`);

/** Counts the days of the schedules of a submission and of the campaign that it carries. */
const checkPlannedDays = async (ctx: OrgCtx, { org_id, id, campaign_id, planned_days }: Submission): Promise<Difference[]> => {
  let days: PlannedDays = {};
  for (const parent_id of campaign_id === undefined ? [id] : [id, campaign_id])
    for await (const to of every((page) => Schedule.query.byParent(ctx, { org_id, parent_id }, page))) days = daysAfter(days, [{ to }]);
  return compare("submission", id, { planned_days: listed(planned_days) }, { planned_days: listed(days) });
};

/** Nothing is planned before the approval, and what is taken back after it is left out. */
const plans = ({ status }: Submission): boolean => status === "approved" || status === "qa_flag";
const isSupported = ({ supported_count, credits_consumed }: Submission): boolean => supported_count > 0 || credits_consumed > 0;
const isPlanned = ({ planned_days }: Submission): boolean => Object.keys(planned_days).length > 0;

/**
 * Counts anew what a submission says of itself. One that says nothing is not asked about: most never had an assignment or
 * a schedule, and those that have are met from there, by `checkSupported` and `checkScheduled`.
 */
export const checkSubmission = async (ctx: OrgCtx, submission: Submission): Promise<Difference[]> => [
  ...(isSupported(submission) ? await checkSupport(ctx, submission) : []),
  ...(plans(submission) && isPlanned(submission) ? await checkPlannedDays(ctx, submission) : []),
];

const submissionsOf = (ctx: OrgCtx, ids: readonly (string | undefined)[]): Promise<Submission[]> =>
  Submission.getMany(
    ctx,
    [...new Set(ids)].filter((id) => id !== undefined).map((id) => ({ org_id: ctx.org_id, id })),
    { consistent: true },
  );

const eachOf = async (submissions: readonly Submission[], check: (one: Submission) => Promise<Difference[]>): Promise<Difference[]> => {
  const found: Difference[] = [];
  for (const one of submissions) found.push(...(await check(one)));
  return found;
};

/** Finds submissions that say that nobody supports them, while an assignment of these stands: none or two differences each. */
export const checkSupported = async (ctx: OrgCtx, assignments: readonly QueueAssignment[]): Promise<Difference[]> => {
  const submissions = await submissionsOf(
    ctx,
    assignments.filter(stands).map(({ submission_id }) => submission_id),
  );
  return eachOf(
    submissions.filter((one) => !isSupported(one)),
    (one) => checkSupport(ctx, one),
  );
};

/** Finds submissions that say that nothing is planned, while a schedule of these lies on a day: none or one difference each. */
export const checkScheduled = async (ctx: OrgCtx, schedules: readonly Schedule[]): Promise<Difference[]> => {
  const parents = Map.groupBy(
    schedules.filter((one) => dayOf(one) !== undefined),
    ({ parent_type }) => parent_type,
  );
  const ids = (type: Schedule["parent_type"]): string[] => [...new Set((parents.get(type) ?? []).map(({ parent_id }) => parent_id))];
  const campaigns = await Campaign.getMany(
    ctx,
    ids("campaign").map((id) => ({ org_id: ctx.org_id, id })),
    { consistent: true },
  );
  const submissions = await submissionsOf(ctx, [...ids("submission"), ...campaigns.map(({ submission_id }) => submission_id)]);
  return eachOf(
    submissions.filter((one) => plans(one) && !isPlanned(one)),
    (one) => checkPlannedDays(ctx, one),
  );
};
