import { daysBetween } from "../../kernel/days.ts";
import type { Submission } from "./submission.ts";

export interface Shift {
  /** Days from the day that we planned to the one that Influence Planner has, negative when it is earlier; missing when they are one, or one of them is not known. */
  readonly shift_days?: number;
  readonly auto_shifted: boolean;
  readonly shift_reason?: string;
}

/**
 * Whether a submission's support lies on another day than planned: a queue left its demand to the next day, or Influence
 * Planner has it on another one. README, Submissions.
 */
export const shiftOf = ({
  support_date,
  scheduled_date,
  auto_shifted,
  shift_reason,
}: Pick<Submission, "support_date" | "scheduled_date" | "auto_shifted" | "shift_reason">): Shift => {
  const shift_days = support_date === undefined || scheduled_date === undefined ? 0 : daysBetween(support_date, scheduled_date);
  const reason = shift_reason ?? (shift_days === 0 ? undefined : "influence_planner");
  return {
    ...(shift_days === 0 ? {} : { shift_days }),
    auto_shifted: auto_shifted || shift_days !== 0,
    ...(reason === undefined ? {} : { shift_reason: reason }),
  };
};
