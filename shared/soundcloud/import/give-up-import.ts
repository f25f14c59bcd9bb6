import type { OrgCtx } from "../../kernel/context.ts";
import { isDomainError } from "../../kernel/errors.ts";
import { contend } from "../../kernel/table/table.ts";
import { failImport } from "./end-import.ts";
import { Import } from "./import.ts";

/** Fails an import that is being read and cannot go on, so that nobody waits for it; started again it goes on where it stood. */
export const giveUpImport = (ctx: OrgCtx, id: string, error: unknown): Promise<void> =>
  contend(async () => {
    const run = await Import.find(ctx, { org_id: ctx.org_id, id }, { consistent: true });
    if (run?.status !== "processing") return;
    const reason = isDomainError(error)
      ? { code: error.code, detail: error.message }
      : { code: "internal_error", detail: "The import broke off. Start it again, and it goes on where it stood." };
    await failImport(ctx, run, reason);
  });
