import type { OrgCtx } from "../../kernel/context.ts";
import { type AssignmentView, presentAssignment } from "./assignment-view.ts";
import { endAssignment } from "./end-assignment.ts";
import { QueueAssignment } from "./queue-assignment.ts";
import { visibleAssignment } from "./read-assignments.ts";

const shown = async (ctx: OrgCtx, id: string): Promise<AssignmentView> =>
  presentAssignment(ctx, await QueueAssignment.get(ctx, { org_id: ctx.org_id, id }, { consistent: true }));

/** By the supporter, or by ops. Throws DomainError not_found, `not_published`, `invalid_transition` or `stale`. */
export const skipAssignment = async (ctx: OrgCtx, id: string, reason: string, version?: number): Promise<AssignmentView> => {
  await visibleAssignment(ctx, id);
  await endAssignment(ctx, id, "skipped", reason, { version });
  return shown(ctx, id);
};

/** By ops, whatever the clock says. */
export const failAssignment = async (ctx: OrgCtx, id: string, reason: string): Promise<AssignmentView> => {
  await endAssignment(ctx, id, "failed", reason);
  return shown(ctx, id);
};
