import { ExportOrdered } from "../../../events/social/export-ordered.v1.ts";
import { type OrgCtx, actorId } from "../../kernel/context.ts";
import { transact } from "../../kernel/table/table.ts";
import type { AudienceMember } from "../erasure/audience-member.ts";
import { social, socialSystem } from "../table.ts";
import { EXPORT_DAYS, type NewExport, SocialExport } from "./export.ts";

const DAY_MS = 86_400_000;

/**
 * Orders the file: the export and the event that wakes its worker are one transaction. Files lie below `exports/`, where
 * the bucket forgets them in time, and then below the org.
 */
export const orderExport = async (
  ctx: OrgCtx,
  order: NewExport | ({ readonly kind: "person"; readonly format: "json" } & AudienceMember),
): Promise<SocialExport> => {
  const { org_id } = ctx;
  const id = ctx.ids.uuid();
  const requested_by = actorId(ctx.actor);
  const ordered = SocialExport.draft(ctx, {
    ...order,
    org_id,
    id,
    file_key: `exports/${org_id}/${id}.${order.format}`,
    expires_at: new Date(ctx.clock.now().getTime() + EXPORT_DAYS * DAY_MS).toISOString(),
    ...(requested_by === undefined ? {} : { requested_by }),
  });
  const writes = [...SocialExport.writes.put(ctx, ordered), ...socialSystem.emit(ctx, ExportOrdered, { export_id: id })];
  await transact(ctx, social, writes, { pattern: "exports.order", result: ordered });
  return ordered;
};
