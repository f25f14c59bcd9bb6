import type * as z from "zod";
import type { OrgCtx } from "../../kernel/context.ts";
import { conflict } from "../../kernel/errors.ts";
import { Complaint } from "./complaint.ts";

export const ComplaintPatch = Complaint.api.patch;
export type ComplaintPatch = z.output<typeof ComplaintPatch>;

/** Changes what ops note about a complaint. Throws DomainError `stale` or `complaint_erased`. */
export const patchComplaint = async (ctx: OrgCtx, id: string, patch: ComplaintPatch, version: number): Promise<Complaint> => {
  const from = await Complaint.get(ctx, { org_id: ctx.org_id, id }, { consistent: true });
  if (from.erased_at !== undefined) throw conflict("complaint_erased", "The person was erased; nothing more can be done with this complaint.");
  return Complaint.patch(ctx, from, patch, { version, from });
};
