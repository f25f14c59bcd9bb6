import type { OrgCtx } from "../../kernel/context.ts";
import type { Files } from "../../kernel/files/files.ts";
import { contend, transact } from "../../kernel/table/table.ts";
import { Member } from "../member/member.ts";
import { soundcloud } from "../table.ts";
import { Export } from "./export.ts";
import { jsonDocument } from "./json-document.ts";
import { personSections } from "./person-sections.ts";

type WriteCtx = OrgCtx & { readonly files: Files };

/** Another delivery, or the end of the export's days, may have been first. */
const move = (ctx: OrgCtx, id: string, from: Export["status"], to: Export["status"], patch: Partial<Export>): Promise<void> =>
  contend(async () => {
    const item = await Export.find(ctx, { org_id: ctx.org_id, id }, { consistent: true });
    if (item?.status !== from) return;
    await transact(ctx, soundcloud, Export.writes.transition(ctx, item, to, { patch }), { pattern: "exports.move" });
  });

/**
 * Writes an export's file in bounded memory. The file appears whole or not at all, under one name: a run that was
 * interrupted is repeated from the start, and what a repeat writes takes the place of what was there. Done, nothing
 * happens; a member who was erased meanwhile fails it.
 */
export const writeExport = async (ctx: WriteCtx, { export_id }: { export_id: string }): Promise<void> => {
  const { org_id } = ctx;
  const item = await Export.get(ctx, { org_id, id: export_id }, { consistent: true });
  const now = (): string => ctx.clock.now().toISOString();
  if (item.status === "completed" || item.status === "failed") return;
  const member = await Member.get(ctx, { org_id, id: item.member_id }, { consistent: true });
  if (member.erased_at !== undefined) {
    const errors = [{ code: "member_erased", detail: "The member was erased before the file was written." }];
    return move(ctx, export_id, item.status, "failed", { errors });
  }
  if (item.status === "pending") await move(ctx, export_id, "pending", "processing", { started_at: now() });
  let records = 0;
  const head = { exported_at: now(), kind: item.kind, org_id, member_id: member.id };
  const document = jsonDocument(head, personSections(ctx, member), async (so_far) => {
    if (so_far > records) await Export.patch(ctx, { org_id, id: export_id }, { records: so_far });
    records = so_far;
  });
  const size = await ctx.files.write(item.file_key, document, { content_type: "application/json" });
  await move(ctx, export_id, "processing", "completed", { records, size, completed_at: now() });
};
