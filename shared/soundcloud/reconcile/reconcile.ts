import type { OrgCtx } from "../../kernel/context.ts";
import type { Difference } from "./difference.ts";
import type { Checked } from "./reconciliation.ts";
import { BEGINNING, type Progress, takeStep } from "./steps.ts";

/**
 * Recomputes an org's books in one go, by the steps of a stored run, and stores nothing: for tests and for a console.
 * Everything that a request or a schedule starts is a run, which survives a crash.
 */
export const reconcileOrg = async (ctx: OrgCtx): Promise<{ differences: Difference[]; checked: Checked }> => {
  const differences: Difference[] = [];
  let at: Progress = BEGINNING;
  while (at.checkpoint) {
    const done = await takeStep(ctx, at.checked, at.checkpoint);
    differences.push(...done.differences);
    at = done;
  }
  return { differences, checked: at.checked };
};
