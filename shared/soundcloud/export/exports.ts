import type { Exports } from "../../kernel/export/exports.ts";
import { transact } from "../../kernel/table/table.ts";
import { soundcloud } from "../table.ts";
import { Export } from "./export.ts";

/** The exports of this platform, for the steps that are the same everywhere. */
export const exportsStored: Exports<Export> = {
  get: (ctx, id) => Export.get(ctx, { org_id: ctx.org_id, id }, { consistent: true }),
  find: (ctx, id) => Export.find(ctx, { org_id: ctx.org_id, id }, { consistent: true }),
  note: (ctx, id, records) => Export.patch(ctx, { org_id: ctx.org_id, id }, { records }),
  move: (ctx, from, to, patch) => transact(ctx, soundcloud, Export.writes.transition(ctx, from, to, { patch }), { pattern: "exports.move" }),
};
