import type { OrgCtx } from "../../kernel/context.ts";
import { moveExport } from "../../kernel/export/move-export.ts";
import type { Files } from "../../kernel/files/files.ts";
import { every } from "../../kernel/table/every.ts";
import type { AudienceMember } from "../erasure/audience-member.ts";
import { SocialExport } from "./export.ts";
import { exportsStored } from "./exports.ts";

const CODE = "person_erased";
const errors = [{ code: CODE, detail: "Somebody in the file was erased since it was begun. Order the export again." }];

const isAbout = ({ platform, platform_user_id }: SocialExport, person: AudienceMember): boolean =>
  platform === person.platform && platform_user_id === person.platform_user_id;

/** Whether a file of this kind tells of the person. Posts name nobody of the audience. */
const maySpeakOf = (item: SocialExport, person: AudienceMember): boolean => (item.kind === "person" ? isAbout(item, person) : item.kind === "conversions");

/** One about the person fails whether or not it is begun; a list that is only ordered is written without them. */
const takeBack = async (ctx: OrgCtx, { id, kind, errors: known }: SocialExport): Promise<boolean> => {
  const from = kind === "person" ? (["pending", "processing", "completed"] as const) : (["processing", "completed"] as const);
  const ended = await moveExport(ctx, exportsStored, id, from, "failed", { errors });
  return ended === "failed" || known.some(({ code }) => code === CODE);
};

/**
 * Takes back what was exported of somebody who is erased: exports that tell of them fail, their files go, and at last
 * what says whom they were about. Repeating it changes nothing. README, Erasure.
 */
export const withdrawExports = async (ctx: OrgCtx & { readonly files: Files }, person: AudienceMember): Promise<void> => {
  for await (const item of every((page) => SocialExport.query.all(ctx, { org_id: ctx.org_id }, page))) {
    if (!maySpeakOf(item, person)) continue;
    if (await takeBack(ctx, item)) await ctx.files.remove(item.file_key);
    if (item.platform_user_id !== undefined) await SocialExport.patch(ctx, { org_id: ctx.org_id, id: item.id }, { platform_user_id: null });
  }
};
