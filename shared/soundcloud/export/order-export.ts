import { ExportOrdered } from "../../../events/soundcloud/export-ordered.v1.ts";
import { type OrgCtx, actorId } from "../../kernel/context.ts";
import { forbidden } from "../../kernel/errors.ts";
import { transact } from "../../kernel/table/table.ts";
import { requireNotErased } from "../member/member.ts";
import { visibleMember } from "../member/own-member.ts";
import { soundcloud, soundcloudSystem } from "../table.ts";
import { EXPORT_DAYS } from "./export-days.ts";
import { Export, type NewExport } from "./export.ts";

const DAY_MS = 86_400_000;

const requireMayOrder = async (ctx: OrgCtx, { kind, member_id }: NewExport): Promise<void> => {
  if (kind === "person") return requireNotErased(await visibleMember(ctx, member_id!));
  if (ctx.grant !== "all") throw forbidden("ops_only", `Only ops export ${kind}. Members export what is held about them: kind person.`);
};

/**
 * Orders the file: the export and the event that wakes its worker are one transaction. Files lie below `exports/`, where
 * the bucket forgets them in time, and then below the org. Throws DomainError not_found, `member_erased` or `ops_only`.
 */
export const orderExport = async (ctx: OrgCtx, order: NewExport): Promise<Export> => {
  const { org_id } = ctx;
  await requireMayOrder(ctx, order);
  const id = ctx.ids.uuid();
  const requested_by = actorId(ctx.actor);
  const ordered = Export.draft(ctx, {
    ...order,
    org_id,
    id,
    file_key: `exports/${org_id}/${id}.${order.format}`,
    expires_at: new Date(ctx.clock.now().getTime() + EXPORT_DAYS * DAY_MS).toISOString(),
    ...(requested_by === undefined ? {} : { requested_by }),
  });
  const writes = [...Export.writes.put(ctx, ordered), ...soundcloudSystem.emit(ctx, ExportOrdered, { export_id: id })];
  await transact(ctx, soundcloud, writes, { pattern: "exports.order", result: ordered });
  return ordered;
};
