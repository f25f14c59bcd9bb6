import type * as z from "zod";
import { ComplaintReceived } from "../../../events/soundcloud/complaint-received.v1.ts";
import type { OrgCtx } from "../../kernel/context.ts";
import { transact } from "../../kernel/table/table.ts";
import { soundcloud, soundcloudSystem } from "../table.ts";
import { Complaint } from "./complaint.ts";

export const NewComplaint = Complaint.api.create;
export type NewComplaint = z.output<typeof NewComplaint>;

/** Takes a complaint down and acknowledges it in the same write. README, Complaints. */
export const createComplaint = async (ctx: OrgCtx, input: NewComplaint): Promise<Complaint> => {
  const now = ctx.clock.now().toISOString();
  const complaint = Complaint.draft(ctx, { ...input, org_id: ctx.org_id, acknowledged_at: now, open_since: now });
  const received = soundcloudSystem.emit(ctx, ComplaintReceived, { complaint_id: complaint.id });
  await transact(ctx, soundcloud, [...Complaint.writes.put(ctx, complaint), ...received], { pattern: "complaints.create", result: complaint });
  return complaint;
};
