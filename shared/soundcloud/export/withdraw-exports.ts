import type { OrgCtx } from "../../kernel/context.ts";
import { moveExport } from "../../kernel/export/move-export.ts";
import type { Files } from "../../kernel/files/files.ts";
import { every } from "../../kernel/table/every.ts";
import { Export } from "./export.ts";
import { exportsStored } from "./exports.ts";

const CODE = "member_erased";
const errors = [{ code: CODE, detail: "Somebody in the file was erased since it was begun. Order the export again." }];

/** Campaigns are of clients, and name no member. */
const maySpeakOf = ({ kind, member_id }: Export, member: string): boolean => (kind === "person" ? member_id === member : kind !== "campaigns");

/**
 * Takes back what was exported of a member who is erased: exports that are written or being written fail, and their files
 * go. One that is only ordered is written without the member. Repeating it changes nothing. README, Erasure.
 */
export const withdrawExports = async (ctx: OrgCtx & { readonly files: Files }, member_id: string): Promise<void> => {
  for await (const item of every((page) => Export.query.all(ctx, { org_id: ctx.org_id }, page))) {
    if (!maySpeakOf(item, member_id)) continue;
    const known = item.status === "failed" && item.errors.some(({ code }) => code === CODE);
    const ended = known ? "failed" : await moveExport(ctx, exportsStored, item.id, ["processing", "completed"], "failed", { errors });
    // Again too when a run before stopped between the two.
    if (ended === "failed") await ctx.files.remove(item.file_key);
  }
};
