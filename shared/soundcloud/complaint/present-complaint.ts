import * as z from "zod";
import type { OrgCtx } from "../../kernel/context.ts";
import type { PageOf } from "../../kernel/http/route.ts";
import { Complaint } from "./complaint.ts";

const HOUR_MS = 3_600_000;

/** A complaint with its age in full hours while it is open. */
export const ComplaintView = Complaint.api.response.extend({ age_hours: z.int().min(0).optional() });
export type ComplaintView = z.input<typeof ComplaintView>;

export const presentComplaint = async (ctx: OrgCtx, complaint: Complaint): Promise<ComplaintView> => {
  const { open_since } = complaint;
  const age = open_since === undefined ? undefined : Math.max(0, Math.floor((ctx.clock.now().getTime() - Date.parse(open_since)) / HOUR_MS));
  return age === undefined ? complaint : { ...complaint, age_hours: age };
};

export const presentComplaints = async (ctx: OrgCtx, { items, position }: PageOf<Complaint>): Promise<PageOf<ComplaintView>> => ({
  items: await Promise.all(items.map((complaint) => presentComplaint(ctx, complaint))),
  position,
});
