import type { Exports } from "../../kernel/export/exports.ts";
import { transact } from "../../kernel/table/table.ts";
import { social } from "../table.ts";
import { SocialExport } from "./export.ts";

/** The exports of this platform, for the steps that are the same everywhere. */
export const exportsStored: Exports<SocialExport> = {
  get: (ctx, id) => SocialExport.get(ctx, { org_id: ctx.org_id, id }, { consistent: true }),
  find: (ctx, id) => SocialExport.find(ctx, { org_id: ctx.org_id, id }, { consistent: true }),
  note: (ctx, id, records) => SocialExport.patch(ctx, { org_id: ctx.org_id, id }, { records }),
  move: (ctx, from, to, patch) => transact(ctx, social, SocialExport.writes.transition(ctx, from, to, { patch }), { pattern: "exports.move" }),
};
