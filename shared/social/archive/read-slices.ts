import type { OrgCtx } from "../../kernel/context.ts";
import { DomainError, isDomainError } from "../../kernel/errors.ts";
import type { Archive } from "../../kernel/files/archive.ts";
import type { EngagementEvent } from "../engagement/engagement-event.ts";
import { ArchiveSlice } from "./archive-slice.ts";
import { unpacked } from "./document.ts";
import { isAfter } from "./event-order.ts";

type ReadCtx = OrgCtx & { readonly archive: Archive };

/** Slices asked for at a time. A slice has more events than a page, so that two are enough behind any event, and one may end there. */
const SLICES = 3;

const readSlice = async ({ archive }: ReadCtx, { object_key, from, length, ...noted }: ArchiveSlice): Promise<readonly EngagementEvent[]> => {
  const bytes = await archive.get(object_key, { from, length }).catch((error: unknown) => {
    if (isDomainError(error, "not_found")) return undefined;
    throw error;
  });
  const { events, fault } = bytes === undefined ? { events: [], fault: "is not there" } : await unpacked(bytes, noted);
  if (fault !== undefined) throw new DomainError("unavailable", "archive_unreadable", `Archived events of ${noted.month} cannot be read: a slice ${fault}.`);
  return events;
};

/** The first events of a copy behind an id, `limit` or somewhat more; fewer only where the copy ends. */
export const readSlices = async (
  ctx: ReadCtx,
  { month, post_id, copy, after, limit }: { month: string; post_id: string; copy: number; after: string | undefined; limit: number },
): Promise<EngagementEvent[]> => {
  const at = { org_id: ctx.org_id, month, post_id };
  const found: EngagementEvent[] = [];
  let last = after;
  for (;;) {
    const bounds = last === undefined ? { prefix: { copy } } : { from: { copy, last }, to: { copy } };
    const { items, position } = await ArchiveSlice.list(ctx, at, { limit: SLICES, consistent: true, ...bounds });
    for (const slice of items.filter((one) => isAfter({ id: one.last }, last))) {
      found.push(...(await readSlice(ctx, slice)).filter((event) => isAfter(event, after)));
      last = slice.last;
      if (found.length >= limit) return found;
    }
    if (position === undefined) return found;
  }
};

/** Whether a copy has an event: the one slice that can hold it is read. */
export const holdsEvent = async (
  ctx: ReadCtx,
  { month, post_id, copy, id }: { month: string; post_id: string; copy: number; id: string },
): Promise<boolean> => {
  const at = { org_id: ctx.org_id, month, post_id };
  const { items } = await ArchiveSlice.list(ctx, at, { limit: 1, consistent: true, from: { copy, last: id }, to: { copy } });
  const events = await Promise.all(items.map((slice) => readSlice(ctx, slice)));
  return events.flat().some((event) => event.id === id);
};
