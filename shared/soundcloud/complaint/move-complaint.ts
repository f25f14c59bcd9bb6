import { type OrgCtx, actorId } from "../../kernel/context.ts";
import { conflict } from "../../kernel/errors.ts";
import { contend, transact } from "../../kernel/table/table.ts";
import { soundcloud } from "../table.ts";
import { Complaint, type ComplaintStatus } from "./complaint.ts";

/**
 * Moves a complaint on, or a finished one back to work, whose age then begins anew. Whoever takes up one that nobody owns
 * owns it. Throws DomainError `invalid_transition` or `complaint_erased`.
 */
export const moveComplaint = (ctx: OrgCtx, id: string, to: ComplaintStatus): Promise<Complaint> =>
  contend(async () => {
    const complaint = await Complaint.get(ctx, { org_id: ctx.org_id, id }, { consistent: true });
    if (complaint.erased_at !== undefined) throw conflict("complaint_erased", "The person was erased; nothing more can be done with this complaint.");
    const taker = to === "in_progress" && complaint.owner_id === undefined ? actorId(ctx.actor) : undefined;
    const patch = {
      ...(to === "done" ? { open_since: null } : complaint.status === "done" ? { open_since: ctx.clock.now().toISOString() } : {}),
      ...(taker === undefined ? {} : { owner_id: taker }),
    };
    await transact(ctx, soundcloud, Complaint.writes.transition(ctx, complaint, to, { patch }), { pattern: "complaints.move" });
    return Complaint.get(ctx, complaint, { consistent: true });
  });
