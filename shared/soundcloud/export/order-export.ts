import { ExportOrdered } from "../../../events/soundcloud/export-ordered.v1.ts";
import { type OrgCtx, actorId } from "../../kernel/context.ts";
import { transact } from "../../kernel/table/table.ts";
import { requireNotErased } from "../member/member.ts";
import { visibleMember } from "../member/own-member.ts";
import { soundcloud, soundcloudSystem } from "../table.ts";
import { EXPORT_DAYS } from "./export-days.ts";
import { Export } from "./export.ts";

const DAY_MS = 86_400_000;

/**
 * Orders the file: the export and the event that wakes its worker are one transaction. Files lie below `exports/`, where
 * the bucket forgets them in time, and then below the org. Throws DomainError not_found or `member_erased`.
 */
export const orderExport = async (ctx: OrgCtx, { kind, member_id }: { kind: Export["kind"]; member_id: string }): Promise<Export> => {
  const { org_id } = ctx;
  requireNotErased(await visibleMember(ctx, member_id));
  const id = ctx.ids.uuid();
  const requested_by = actorId(ctx.actor);
  const ordered = Export.draft(ctx, {
    org_id,
    id,
    kind,
    member_id,
    file_key: `exports/${org_id}/${id}.json`,
    expires_at: new Date(ctx.clock.now().getTime() + EXPORT_DAYS * DAY_MS).toISOString(),
    ...(requested_by === undefined ? {} : { requested_by }),
  });
  const writes = [...Export.writes.put(ctx, ordered), ...soundcloudSystem.emit(ctx, ExportOrdered, { export_id: id })];
  await transact(ctx, soundcloud, writes, { pattern: "exports.order", result: ordered });
  return ordered;
};
