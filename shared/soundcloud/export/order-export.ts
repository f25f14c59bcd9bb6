import { ExportOrdered } from "../../../events/soundcloud/export-ordered.v1.ts";
import type { OrgCtx } from "../../kernel/context.ts";
import { forbidden } from "../../kernel/errors.ts";
import { orderedExport } from "../../kernel/export/order-export.ts";
import { transact } from "../../kernel/table/table.ts";
import { requireNotErased } from "../member/member.ts";
import { visibleMember } from "../member/own-member.ts";
import { soundcloud, soundcloudSystem } from "../table.ts";
import { Export, type NewExport } from "./export.ts";

const requireMayOrder = async (ctx: OrgCtx, { kind, member_id }: NewExport): Promise<void> => {
  if (kind === "person") return requireNotErased(await visibleMember(ctx, member_id!));
  if (ctx.grant !== "all") throw forbidden("ops_only", `Only ops export ${kind}. Members export what is held about them: kind person.`);
};

/**
 * Orders the file: the export and the event that wakes its worker are one transaction. Throws DomainError not_found, `member_erased` or `ops_only`.
 */
export const orderExport = async (ctx: OrgCtx, order: NewExport): Promise<Export> => {
  await requireMayOrder(ctx, order);
  const ordered = Export.draft(ctx, { ...order, ...orderedExport(ctx, order) });
  const writes = [...Export.writes.put(ctx, ordered), ...soundcloudSystem.emit(ctx, ExportOrdered, { export_id: ordered.id })];
  await transact(ctx, soundcloud, writes, { pattern: "exports.order", result: ordered });
  return ordered;
};
