import type { OrgCtx } from "../../kernel/context.ts";
import { contend, transact } from "../../kernel/table/table.ts";
import { soundcloud } from "../table.ts";
import { Export } from "./export.ts";

/**
 * Moves an export that is in one of the states `from`. Another delivery, an erasure, or the end of the export's days may
 * have been first: then nothing happens. Returns the state afterwards; undefined when there is no such export any more.
 */
export const moveExport = (
  ctx: OrgCtx,
  id: string,
  from: readonly Export["status"][],
  to: Export["status"],
  patch: Partial<Export>,
): Promise<Export["status"] | undefined> =>
  contend(async () => {
    const item = await Export.find(ctx, { org_id: ctx.org_id, id }, { consistent: true });
    if (item === undefined || !from.includes(item.status)) return item?.status;
    await transact(ctx, soundcloud, Export.writes.transition(ctx, item, to, { patch }), { pattern: "exports.move" });
    return to;
  });
