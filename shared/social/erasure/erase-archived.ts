import { DomainError } from "../../kernel/errors.ts";
import type { Archive } from "../../kernel/files/archive.ts";
import type { OrgJobCtx } from "../../kernel/job.ts";
import type { ArchivePart } from "../archive/archive-part.ts";
import { ArchivedMonth } from "../archive/archived-month.ts";
import { holdMonth, isAtRest, releaseMonth } from "../archive/hold-month.ts";
import { partsOf } from "../archive/manifest.ts";
import { readPart } from "../archive/read-part.ts";
import { hasStrays, removeStrays } from "../archive/remove-strays.ts";
import { rewritePart } from "../archive/rewrite-part.ts";
import { isOfPerson, monthsOf } from "../archive/search-archive.ts";
import type { EngagementEvent } from "../engagement/engagement-event.ts";
import { withoutPerson } from "../engagement/forgotten.ts";
import type { AudienceMember } from "./audience-member.ts";
import { isShort } from "./erase-records.ts";
import { PersonErasure } from "./person-erasure.ts";

type EraseCtx = OrgJobCtx & { readonly archive: Archive };

/** `short`: time ran out. `moving`: a month was on its way, and has to be looked at when it has arrived. */
export type Searched = "done" | "short" | "moving";

interface Search {
  readonly erasure: PersonErasure;
  readonly person: AudienceMember;
}

/** A part that cannot be read is damaged, unless its month has been moved since. */
const eventsOf = async (ctx: EraseCtx, month: ArchivedMonth, part: ArchivePart): Promise<readonly EngagementEvent[] | "moving"> => {
  const { events, fault } = await readPart(ctx, part);
  if (fault === undefined) return events;
  if ((await ArchivedMonth.get(ctx, month, { consistent: true })).version !== month.version) return "moving";
  throw new DomainError("unavailable", "archive_unreadable", `${fault} Whether the person is in it cannot be told.`);
};

const isBefore = ({ month, copy, part }: Pick<ArchivePart, "month" | "copy" | "part">, { searched }: PersonErasure): boolean =>
  searched !== undefined && month === searched.month && (copy < searched.copy || (copy === searched.copy && part < searched.part));

/** Takes the person out of every part of a month; the month is held from the first part that has them on. */
const searchMonth = async (ctx: EraseCtx, known: ArchivedMonth, { erasure, person }: Search): Promise<Searched> => {
  let month = known;
  for (const { copy } of known.copies)
    for (const part of await partsOf(ctx, known, copy)) {
      if (isBefore(part, erasure)) continue;
      if (isShort(ctx)) {
        await PersonErasure.patch(ctx, erasure, { searched: { month: part.month, copy, part: part.part } });
        return "short";
      }
      const events = await eventsOf(ctx, month, part);
      if (events === "moving") return "moving";
      const found = events.filter(isOfPerson(person)).length;
      if (found === 0) continue;
      const held = await holdMonth(ctx, month, erasure.id);
      if (held === undefined) return "moving";
      const cleared = events.map((event) => (isOfPerson(person)(event) ? withoutPerson(event) : event));
      month = await rewritePart(ctx, held, part, cleared, PersonErasure.writes.increment(ctx, erasure, { archived: found }));
    }
  return clean(ctx, month, erasure);
};

/** What lies beside the parts that are read may be of the person, too: it is removed unread. */
const clean = async (ctx: EraseCtx, month: ArchivedMonth, { id }: PersonErasure): Promise<Searched> => {
  const rewritten = month.status === "rewriting";
  if (!rewritten && !(await hasStrays(ctx, month))) return "done";
  // A month that was brought back has no copy that is read, and the next one has another number.
  if (month.status === "restored") {
    await removeStrays(ctx, month);
    return "done";
  }
  const held = await holdMonth(ctx, month, id);
  if (held === undefined) return "moving";
  await releaseMonth(ctx, held);
  return "done";
};

/**
 * Takes a person out of the files of the archive, month by month: a part that has them is replaced by one without them, with the
 * same events, and what nobody reads any more is removed. While a month is on its way nothing is read. It can be stopped
 * anywhere and started again; each event is counted once, with the part that it was in. README, Erasure.
 */
export const eraseArchived = async (ctx: EraseCtx, erasure: PersonErasure, person: AudienceMember): Promise<Searched> => {
  const { searched } = erasure;
  const months = await monthsOf(ctx);
  if (!months.every((month) => isAtRest(month, erasure.id))) return "moving";
  for (const month of months) {
    if (searched !== undefined && month.month < searched.month) continue;
    const found = await searchMonth(ctx, month, { erasure, person });
    if (found !== "done") return found;
  }
  return "done";
};
