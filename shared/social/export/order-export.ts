import { ExportOrdered } from "../../../events/social/export-ordered.v1.ts";
import type { OrgCtx } from "../../kernel/context.ts";
import { orderedExport } from "../../kernel/export/order-export.ts";
import { transact } from "../../kernel/table/table.ts";
import type { AudienceMember } from "../erasure/audience-member.ts";
import { social, socialSystem } from "../table.ts";
import { type NewExport, SocialExport } from "./export.ts";

/** Orders the file: the export and the event that wakes its worker are one transaction. README, Exports. */
export const orderExport = async (
  ctx: OrgCtx,
  order: NewExport | ({ readonly kind: "person"; readonly format: "json" } & AudienceMember),
): Promise<SocialExport> => {
  const ordered = SocialExport.draft(ctx, { ...order, ...orderedExport(ctx, order) });
  const writes = [...SocialExport.writes.put(ctx, ordered), ...socialSystem.emit(ctx, ExportOrdered, { export_id: ordered.id })];
  await transact(ctx, social, writes, { pattern: "exports.order", result: ordered });
  return ordered;
};
