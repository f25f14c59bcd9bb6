import type { OrgCtx } from "../../kernel/context.ts";
import { contend, transact } from "../../kernel/table/table.ts";
import { social } from "../table.ts";
import { SocialExport } from "./export.ts";

/** What is noted with a change of status; null takes a field away. */
type Note = Parameters<typeof SocialExport.patch>[2];

/**
 * Moves an export that is in one of the states `from`. Another delivery, an erasure, or the end of the export's days may
 * have been first: then nothing happens. Returns the state afterwards; undefined when there is no such export any more.
 */
export const moveExport = (
  ctx: OrgCtx,
  id: string,
  from: readonly SocialExport["status"][],
  to: SocialExport["status"],
  patch: Note,
): Promise<SocialExport["status"] | undefined> =>
  contend(async () => {
    const item = await SocialExport.find(ctx, { org_id: ctx.org_id, id }, { consistent: true });
    if (item === undefined || !from.includes(item.status)) return item?.status;
    await transact(ctx, social, SocialExport.writes.transition(ctx, item, to, { patch }), { pattern: "exports.move" });
    return to;
  });
