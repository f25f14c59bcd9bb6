import { ImportStarted } from "../../../events/social/import-started.v1.ts";
import { ProcessImport } from "../../../events/social/process-import.v1.ts";
import type { ImportRuns } from "../../kernel/import/import-runs.ts";
import { transact } from "../../kernel/table/table.ts";
import { social, socialSystem } from "../table.ts";
import { SocialImport } from "./import.ts";

/** The imports of this platform, for the steps that are the same everywhere. Nobody waits for the end of one. */
export const importRuns: ImportRuns<SocialImport> = {
  store: {
    start: (ctx, writes) => transact(ctx, social, writes, { pattern: "imports.start" }),
    rows: (ctx, writes) => transact(ctx, social, writes, { pattern: "imports.rows" }),
    fail: (ctx, writes) => transact(ctx, social, writes, { pattern: "imports.fail" }),
  },
  get: (ctx, id) => SocialImport.get(ctx, { org_id: ctx.org_id, id }, { consistent: true }),
  find: (ctx, id) => SocialImport.find(ctx, { org_id: ctx.org_id, id }, { consistent: true }),
  patch: (ctx, from, note) => SocialImport.writes.patch(ctx, from, note),
  move: (ctx, from, to, patch) => SocialImport.writes.transition(ctx, from, to, { patch }),
  started: (ctx, import_id) => socialSystem.emit(ctx, ImportStarted, { import_id }),
  ended: () => [],
  goOn: (ctx, import_id) => ctx.commands.send(ctx, ProcessImport, ctx.org_id, [{ import_id }]),
};
