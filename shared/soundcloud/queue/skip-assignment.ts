import type { OrgCtx } from "../../kernel/context.ts";
import { endAssignment } from "./end-assignment.ts";
import type { QueueAssignment } from "./queue-assignment.ts";
import { visibleAssignment } from "./read-assignments.ts";

/** By the supporter, or by ops. Throws DomainError not_found, `not_published`, `invalid_transition` or `stale`. */
export const skipAssignment = async (ctx: OrgCtx, id: string, reason: string, version?: number): Promise<QueueAssignment> => {
  await visibleAssignment(ctx, id);
  return endAssignment(ctx, id, "skipped", reason, { version });
};

/** By ops, whatever the clock says. */
export const failAssignment = (ctx: OrgCtx, id: string, reason: string): Promise<QueueAssignment> => endAssignment(ctx, id, "failed", reason);
