import { type OrgCtx, actorId } from "../context.ts";
import { EXPORT_DAYS } from "./export-days.ts";
import type { ExportItem } from "./export-fields.ts";

const DAY_MS = 86_400_000;

/** What is stored of a file that is ordered. It lies below `exports/`, where the bucket forgets it in time, and then below the org. */
export const orderedExport = (ctx: OrgCtx, { format }: Pick<ExportItem, "format">) => {
  const { org_id } = ctx;
  const id = ctx.ids.uuid();
  const requested_by = actorId(ctx.actor);
  return {
    org_id,
    id,
    file_key: `exports/${org_id}/${id}.${format}`,
    expires_at: new Date(ctx.clock.now().getTime() + EXPORT_DAYS * DAY_MS).toISOString(),
    ...(requested_by === undefined ? {} : { requested_by }),
  };
};
