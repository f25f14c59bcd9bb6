import { ImportCompleted } from "../../../events/soundcloud/import-completed.v1.ts";
import { ImportStarted } from "../../../events/soundcloud/import-started.v1.ts";
import { ProcessImport } from "../../../events/soundcloud/process-import.v1.ts";
import type { ImportRuns } from "../../kernel/import/import-runs.ts";
import { transact } from "../../kernel/table/table.ts";
import { soundcloud, soundcloudSystem } from "../table.ts";
import { Import } from "./import.ts";

/** The imports of this platform, for the steps that are the same everywhere. */
export const importRuns: ImportRuns<Import> = {
  store: {
    start: (ctx, writes) => transact(ctx, soundcloud, writes, { pattern: "imports.start" }),
    rows: (ctx, writes) => transact(ctx, soundcloud, writes, { pattern: "imports.rows" }),
    fail: (ctx, writes) => transact(ctx, soundcloud, writes, { pattern: "imports.fail" }),
  },
  get: (ctx, id) => Import.get(ctx, { org_id: ctx.org_id, id }, { consistent: true }),
  find: (ctx, id) => Import.find(ctx, { org_id: ctx.org_id, id }, { consistent: true }),
  patch: (ctx, from, note) => Import.writes.patch(ctx, from, note),
  move: (ctx, from, to, patch) => Import.writes.transition(ctx, from, to, { patch }),
  started: (ctx, import_id) => soundcloudSystem.emit(ctx, ImportStarted, { import_id }),
  ended: (ctx, { id, status, successful_imports, skipped, failed_imports }) =>
    soundcloudSystem.emit(ctx, ImportCompleted, {
      import_id: id,
      status: status === "failed" ? "failed" : "completed",
      successful_imports,
      skipped,
      failed_imports,
    }),
  goOn: (ctx, import_id) => ctx.commands.send(ctx, ProcessImport, ctx.org_id, [{ import_id }]),
};
