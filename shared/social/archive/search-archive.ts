import type { OrgCtx } from "../../kernel/context.ts";
import { DomainError } from "../../kernel/errors.ts";
import { requireTime } from "../../kernel/export/require-time.ts";
import type { Archive } from "../../kernel/files/archive.ts";
import type { OrgJobCtx } from "../../kernel/job.ts";
import { every } from "../../kernel/table/every.ts";
import type { EngagementEvent } from "../engagement/engagement-event.ts";
import type { AudienceMember } from "../erasure/audience-member.ts";
import { ArchivedMonth } from "./archived-month.ts";
import { partsOf } from "./manifest.ts";
import { readPart } from "./read-part.ts";

/** Whether an event is of somebody. */
export const isOfPerson =
  ({ platform, platform_user_id }: AudienceMember) =>
  (event: EngagementEvent): boolean =>
    event.platform === platform && event.platform_user_id === platform_user_id;

/** The months of the org, in their order. */
export const monthsOf = (ctx: OrgCtx): Promise<ArchivedMonth[]> =>
  Array.fromAsync(every((page) => ArchivedMonth.list(ctx, { org_id: ctx.org_id }, { ...page, consistent: true })));

/**
 * What the archive has of somebody, as it was when it was copied; one that is still in the table, too, is told by both. Nothing
 * in the archive is sorted by persons: every part is read, one at a time. Throws DomainError unavailable `archive_unreadable`
 * for a part that is damaged, or was replaced meanwhile, and `out_of_time` before the function's time ends.
 */
export async function* eventsOfPerson(ctx: OrgJobCtx & { readonly archive: Archive }, person: AudienceMember): AsyncGenerator<EngagementEvent> {
  for (const month of await monthsOf(ctx))
    for (const { copy } of month.copies)
      for (const part of await partsOf(ctx, month, copy)) {
        requireTime(ctx);
        const { events, fault } = await readPart(ctx, part);
        if (fault !== undefined) throw new DomainError("unavailable", "archive_unreadable", fault);
        yield* events.filter(isOfPerson(person));
      }
}
