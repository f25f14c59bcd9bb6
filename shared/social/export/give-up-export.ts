import type { OrgCtx } from "../../kernel/context.ts";
import { isDomainError } from "../../kernel/errors.ts";
import type { SocialExport } from "./export.ts";
import { moveExport } from "./move-export.ts";

/** Fails an export that is not written, with the reason, so that nobody waits for it. One that is completed or failed is left as it is. */
export const giveUpExport = (ctx: OrgCtx, { export_id }: { export_id: string }, error: unknown): Promise<SocialExport["status"] | undefined> => {
  const reason = isDomainError(error)
    ? { code: error.code, detail: error.message }
    : { code: "internal_error", detail: "The file could not be written. Order the export again." };
  return moveExport(ctx, export_id, ["pending", "processing"], "failed", { errors: [reason] });
};
