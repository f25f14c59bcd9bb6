import type { OrgCtx } from "../../kernel/context.ts";
import { contend, transact } from "../../kernel/table/table.ts";
import { soundcloud } from "../table.ts";
import { Inquiry, requirePerson } from "./inquiry.ts";

/** Takes a rejected inquiry up again; its clock starts anew. Throws DomainError `invalid_transition` or `inquiry_erased`. */
export const reopenInquiry = (ctx: OrgCtx, id: string): Promise<Inquiry> =>
  contend(async () => {
    const inquiry = await Inquiry.get(ctx, { org_id: ctx.org_id, id }, { consistent: true });
    requirePerson(inquiry);
    const patch = { undecided_since: ctx.clock.now().toISOString() };
    const writes = Inquiry.writes.transition(ctx, inquiry, "undecided", { patch });
    const result = Inquiry.after(writes);
    await transact(ctx, soundcloud, writes, { pattern: "inquiries.reopen", result });
    return result;
  });
