import { ProofSubmitted } from "../../../events/soundcloud/proof-submitted.v1.ts";
import type { OrgCtx } from "../../kernel/context.ts";
import { conflict, unprocessable } from "../../kernel/errors.ts";
import { contend, transact } from "../../kernel/table/table.ts";
import { Member } from "../member/member.ts";
import { soundcloud, soundcloudSystem } from "../table.ts";
import { parseTrackUrl } from "../track-url.ts";
import { type AssignmentView, presentAssignment } from "./assignment-view.ts";
import { requirePublished } from "./end-assignment.ts";
import { QueueAssignment } from "./queue-assignment.ts";
import { visibleAssignment } from "./read-assignments.ts";

/** The canonical address, which holds no secret token. Throws DomainError `not_soundcloud`. */
const proofUrlOf = (text: string): string => {
  const found = parseTrackUrl(text);
  if (!("fault" in found)) return found.track_url;
  const detail = "Give an https address on soundcloud.com, for example https://soundcloud.com/your-channel/reposts.";
  throw unprocessable("not_soundcloud", `proof_url: ${detail}`, [{ pointer: "/proof_url", code: "not_soundcloud", detail }]);
};

const requireInTime = (assignment: QueueAssignment, now: string): void => {
  if (assignment.status !== "assigned")
    throw conflict("not_assigned", `The assignment is ${assignment.status}; there is nothing left to prove.`, { status: assignment.status });
  if (assignment.proof_submitted_at === undefined && assignment.proof_due_at !== undefined && assignment.proof_due_at < now)
    throw conflict("proof_late", `The proof was due at ${assignment.proof_due_at}; the assignment fails.`, { proof_due_at: assignment.proof_due_at });
};

/**
 * Keeps the proof of a repost; the event that goes with it has it verified at once. A first proof must be in time;
 * sending another one starts the verification anew. Throws DomainError `not_soundcloud`, `not_published`, `not_assigned`, `proof_late` or `stale`.
 */
export const submitProof = async (ctx: OrgCtx, id: string, text: string, version?: number): Promise<AssignmentView> => {
  const proof_url = proofUrlOf(text);
  await visibleAssignment(ctx, id);
  const { org_id } = ctx;
  const at = ctx.clock.now().toISOString();
  await contend(async () => {
    const assignment = await QueueAssignment.get(ctx, { org_id, id }, { consistent: true });
    requirePublished(assignment);
    requireInTime(assignment, at);
    const { submission_id, supporter_id, proof_submitted_at = at } = assignment;
    const patch = { proof_url, proof_submitted_at, check: "verify" as const, check_at: at, check_attempts: 0, failure_reason: null };
    const writes = [
      ...QueueAssignment.writes.patch(ctx, assignment, patch, { version }),
      ...Member.writes.increment(ctx, { org_id, id: supporter_id }, {}, { set: { last_activity_at: at } }),
      ...soundcloudSystem.emit(ctx, ProofSubmitted, { assignment_id: id, submission_id, supporter_id }),
    ];
    await transact(ctx, soundcloud, writes, { pattern: "assignments.prove" });
  });
  return presentAssignment(ctx, await QueueAssignment.get(ctx, { org_id, id }, { consistent: true }));
};
