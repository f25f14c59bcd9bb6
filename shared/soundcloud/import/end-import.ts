import { ImportCompleted } from "../../../events/soundcloud/import-completed.v1.ts";
import type { OrgCtx } from "../../kernel/context.ts";
import { type Write, transact } from "../../kernel/table/table.ts";
import { soundcloud, soundcloudSystem } from "../table.ts";
import { Import } from "./import.ts";

type End = Pick<Import, "id" | "successful_imports" | "skipped" | "failed_imports" | "status">;

/** The end of an import and the event that tells of it. */
export const endingWrites = (ctx: OrgCtx, at: Import, { id, status, successful_imports, skipped, failed_imports }: End, patch: Partial<Import>): Write[] => {
  const end = status === "failed" ? "failed" : "completed";
  return [
    ...Import.writes.transition(ctx, at, end, { patch }),
    ...soundcloudSystem.emit(ctx, ImportCompleted, { import_id: id, status: end, successful_imports, skipped, failed_imports }),
  ];
};

/** Fails an import where it stands, with the reason in `errors`. */
export const failImport = (ctx: OrgCtx, run: Import, reason: Import["errors"][number]): Promise<void> =>
  transact(ctx, soundcloud, endingWrites(ctx, run, { ...run, status: "failed" }, { errors: [reason] }), { pattern: "imports.fail" });
