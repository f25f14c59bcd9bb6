import type { OrgCtx } from "../../kernel/context.ts";
import { DomainError } from "../../kernel/errors.ts";
import type { Archive } from "../../kernel/files/archive.ts";
import { inParallel } from "../../kernel/queue/parallel.ts";
import { type Write, transact } from "../../kernel/table/table.ts";
import { EngagementEvent } from "../engagement/engagement-event.ts";
import { social } from "../table.ts";
import { ArchivePart } from "./archive-part.ts";
import { ArchiveSlice } from "./archive-slice.ts";
import { ArchivedMonth } from "./archived-month.ts";
import { CONTENT_TYPE, type Sliced, packed } from "./document.ts";
import { isAfter } from "./event-order.ts";
import { partKey } from "./object-keys.ts";
import { readPart } from "./read-part.ts";

const AT_ONCE = 10;

const unreadable = (fault: string): DomainError => new DomainError("unavailable", "archive_unreadable", `${fault} What was there before is still read.`);

/** The rows of a part's slices, in the order in which they lie there. */
const slicesOf = async (ctx: OrgCtx, { org_id, month, copy, object_key }: ArchivePart, events: readonly EngagementEvent[]): Promise<ArchiveSlice[]> => {
  const posts = [...Map.groupBy(events, ({ post_id }) => post_id)];
  const found = await inParallel(posts, AT_ONCE, async ([post_id, of]) => {
    const bounds = { from: { copy, last: of[0]!.id }, to: { copy, last: of.at(-1)!.id } };
    const { items } = await ArchiveSlice.list(ctx, { org_id, month, post_id }, { limit: of.length, consistent: true, ...bounds });
    return items.filter((slice) => slice.object_key === object_key);
  });
  return found.flat();
};

/** The events of each slice, as its row says; the same number of them in all. */
const sliced = (part: ArchivePart, rows: readonly ArchiveSlice[], events: readonly EngagementEvent[]): Sliced[] => {
  let after = 0;
  const slices = rows.map(({ post_id, last }) => {
    const ends = events.findLastIndex((event) => event.post_id === post_id && !isAfter(event, last)) + 1;
    const slice = { post_id, events: events.slice(after, ends) };
    after = ends;
    return slice;
  });
  const whole = after === events.length && slices.every((slice, at) => slice.events.length === rows[at]!.events);
  if (!whole) throw unreadable(`The slices of part ${part.part} of copy ${part.copy}, ${part.object_key}, are not what it holds.`);
  return slices;
};

/**
 * Puts another object in the place of a part's: with the same events in the same slices, as they are in `events`. The object is
 * read back and compared first; then part, slices, the month's epoch and `also` change in one transaction, from which readers find
 * it. The old object stays until nobody reads it. Returns the month. Throws DomainError unavailable `archive_unreadable`, and
 * conflict `concurrent_change` when somebody else was faster. README, Archive.
 */
export const rewritePart = async (
  ctx: OrgCtx & { readonly archive: Archive },
  month: ArchivedMonth,
  part: ArchivePart,
  events: readonly EngagementEvent[],
  also: readonly Write[],
): Promise<ArchivedMonth> => {
  const rows = await slicesOf(ctx, part, events);
  const made = await packed(sliced(part, rows, events));
  const object_key = partKey(part, made);
  const shape = EngagementEvent.model.shape;
  const stored = { object_key, bytes: made.bytes.length, sha256: made.sha256, shape };
  await ctx.archive.put(object_key, made.bytes, { content_type: CONTENT_TYPE });
  const { fault } = await readPart(ctx, { ...part, ...stored });
  if (fault !== undefined) throw unreadable(fault);
  const writes = [
    ...ArchivedMonth.writes.patch(ctx, month, { epoch: month.epoch + 1 }),
    ...ArchivePart.writes.patch(ctx, part, stored),
    ...rows.flatMap((row, at) => {
      const { from, length, sha256 } = made.slices[at]!;
      return ArchiveSlice.writes.patch(ctx, row, { object_key, from, length, sha256, shape });
    }),
    ...also,
  ];
  await transact(ctx, social, writes, { pattern: "archive.rewritePart" });
  return ArchivedMonth.get(ctx, month, { consistent: true });
};
