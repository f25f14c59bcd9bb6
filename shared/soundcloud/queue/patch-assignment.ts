import * as z from "zod";
import type { OrgCtx } from "../../kernel/context.ts";
import { forbidden, invalid } from "../../kernel/errors.ts";
import { type AssignmentView, presentAssignment } from "./assignment-view.ts";
import { visibleAssignment } from "./read-assignments.ts";
import { skipAssignment } from "./skip-assignment.ts";
import { submitProof } from "./submit-proof.ts";

/** Fields that follow from the queue, the price or the verification. They are known here, so that whoever sends one is told that it is not theirs. */
const fixed = {
  credits_allocated: z.int().optional(),
  position: z.int().optional(),
  queue_id: z.uuid().optional(),
  submission_id: z.uuid().optional(),
  supporter_id: z.uuid().optional(),
  completed_at: z.iso.datetime().optional(),
  proof_submitted_at: z.iso.datetime().optional(),
};

export const AssignmentPatch = z.strictObject({
  status: z.literal("skipped").optional(),
  skip_reason: z.string().trim().min(1).max(500).optional(),
  proof_url: z.string().trim().min(1).max(2048).optional(),
  ...fixed,
});
export type AssignmentPatch = z.output<typeof AssignmentPatch>;

const requireOwnFields = (patch: AssignmentPatch): void => {
  const others = Object.keys(patch).filter((field) => Object.hasOwn(fixed, field));
  if (others.length > 0) throw forbidden("field_fixed", `${others.join(", ")}: nobody changes this by hand. Change proof_url, or status to skipped.`);
};

const choiceRequired = () => invalid([{ pointer: "", code: "one_change", detail: "Give either proof_url, or the status skipped with its skip_reason." }]);

/**
 * Changes what is a supporter's to change of an assignment: its proof, or its status to skipped with a reason.
 * Throws DomainError not_found, `field_fixed`, `stale`, and what sending a proof or skipping throws.
 */
export const patchAssignment = async (ctx: OrgCtx, id: string, patch: AssignmentPatch, version: number): Promise<AssignmentView> => {
  await visibleAssignment(ctx, id);
  requireOwnFields(patch);
  const { status, skip_reason, proof_url } = patch;
  if (proof_url !== undefined && status === undefined && skip_reason === undefined) return submitProof(ctx, id, proof_url, version);
  if (proof_url === undefined && status !== undefined && skip_reason !== undefined)
    return presentAssignment(ctx, await skipAssignment(ctx, id, skip_reason, version));
  throw choiceRequired();
};
