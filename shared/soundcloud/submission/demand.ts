import type { Settings } from "../settings/settings.ts";
import type { Submission } from "./submission.ts";

/**
 * Whether a submission is of a kind that wants reposts: a member's always, a client's when it bought the repost network
 * and its campaign is not paused.
 */
export const wantsReposts = (submission: Pick<Submission, "member_id" | "service_type" | "closed_at" | "paused_at">): boolean =>
  submission.closed_at === undefined &&
  submission.paused_at === undefined &&
  (submission.member_id !== undefined || submission.service_type === "repost_network");

/** Supporters still wanted: the campaign's goal or the target count, less those who were asked and have not failed. */
export const openNeed = (submission: Pick<Submission, "goal_reposts" | "target_count" | "supported_count">, settings: Pick<Settings, "target_count">): number =>
  Math.max(0, (submission.goal_reposts ?? submission.target_count ?? settings.target_count) - submission.supported_count);

/**
 * The field that puts a submission into the list of open demand, or takes it out: the day since which it waits while it
 * is approved and wants more supporters, else null.
 */
export const demandSince = (
  submission: Pick<
    Submission,
    "status" | "member_id" | "service_type" | "closed_at" | "paused_at" | "goal_reposts" | "target_count" | "supported_count" | "demand_since"
  >,
  settings: Pick<Settings, "target_count">,
  today: string,
): string | null =>
  submission.status === "approved" && wantsReposts(submission) && openNeed(submission, settings) > 0 ? (submission.demand_since ?? today) : null;
