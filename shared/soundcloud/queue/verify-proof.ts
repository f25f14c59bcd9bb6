import type { OrgCtx } from "../../kernel/context.ts";
import { DomainError } from "../../kernel/errors.ts";
import type { OrgJobCtx } from "../../kernel/job.ts";
import type { Commands } from "../../kernel/queue/commands.ts";
import { every } from "../../kernel/table/every.ts";
import type { ResolveCtx } from "../submission/resolve-track.ts";
import { QueueAssignment } from "./queue-assignment.ts";
import { LOOK_MS, verifyWaiting } from "./verify-waiting.ts";

const isWaiting = ({ check, check_at }: QueueAssignment, now: string): boolean => check === "verify" && check_at !== undefined && check_at <= now;

/** The assignment and all others of its submission whose proof waits as well. */
const waitingWith = async (ctx: OrgCtx, assignment: QueueAssignment, now: string): Promise<QueueAssignment[]> => {
  const { org_id, submission_id } = assignment;
  const listed = await Array.fromAsync(every((page) => QueueAssignment.query.bySubmission(ctx, { org_id, submission_id }, page)));
  return [assignment, ...listed.filter((one) => one.id !== assignment.id && isWaiting(one, now))];
};

/**
 * Verifies a proof that waits, and with the same reading of the reposters every other one of its submission: the
 * neighbours' messages then find nothing to do and ask nobody. What SoundCloud did not answer stays due for the hourly
 * check. Throws what broke on this very assignment, so that its message is delivered again; neighbours have their own.
 */
export const verifyProof = async (
  ctx: OrgJobCtx & ResolveCtx & { readonly commands: Commands },
  { assignment_id }: { assignment_id: string },
): Promise<void> => {
  const now = ctx.clock.now().toISOString();
  const assignment = await QueueAssignment.find(ctx, { org_id: ctx.org_id, id: assignment_id }, { consistent: true });
  if (!assignment || !isWaiting(assignment, now)) return;
  if (ctx.remaining_ms() < LOOK_MS)
    throw new DomainError("unavailable", "handed_back", "Too little time was left to ask SoundCloud; the proof is handed out again.");
  const { outage, failures } = await verifyWaiting(ctx, assignment.submission_id, await waitingWith(ctx, assignment, now));
  if (outage) ctx.log.warn("SoundCloud is out of reach; the proof waits for the hourly check", { assignment_id, outcome: outage });
  if (failures.has(assignment_id)) throw failures.get(assignment_id);
};
