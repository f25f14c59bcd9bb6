import type { OrgCtx } from "../../kernel/context.ts";
import type { Files } from "../../kernel/files/files.ts";
import { failImport } from "../../kernel/import/end-import.ts";
import { every } from "../../kernel/table/every.ts";
import { contend } from "../../kernel/table/table.ts";
import type { PersonErasure } from "../erasure/person-erasure.ts";
import { importRuns } from "./import-runs.ts";
import { SocialImport } from "./import.ts";

const CODE = "person_erased";
const reason = { code: CODE, detail: "Somebody was erased who may be in the file. Take them out of it and create a new import." };

/** The state in which it was; one that is completed has no file any more. */
const takeBack = (ctx: OrgCtx, { id }: SocialImport): Promise<SocialImport["status"] | undefined> =>
  contend(async () => {
    const run = await importRuns.find(ctx, id);
    if (run?.status === "failed") await SocialImport.patch(ctx, run, { errors: [reason] });
    else if (run !== undefined && run.status !== "completed") await failImport(ctx, importRuns, run, reason);
    return run?.status;
  });

const isWithdrawn = ({ status, errors }: SocialImport): boolean => status === "failed" && errors.some(({ code }) => code === CODE);

/**
 * Takes back the files that were announced before somebody's erasure was ordered and are not read to their end: nobody knows who is
 * in them. They go, and the imports fail. True when one of them was being read: what it sent is still to be counted. Repeating it
 * changes nothing. README, Erasure.
 */
export const withdrawImports = async (ctx: OrgCtx & { readonly files: Files }, { created_at: ordered_at }: PersonErasure): Promise<boolean> => {
  let wasRead = false;
  for await (const item of every((page) => SocialImport.query.all(ctx, { org_id: ctx.org_id }, page))) {
    if (item.created_at > ordered_at || item.status === "completed" || isWithdrawn(item)) continue;
    await ctx.files.remove(item.upload_key);
    if ((await takeBack(ctx, item)) === "processing") wasRead = true;
  }
  return wasRead;
};
