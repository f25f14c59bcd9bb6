import { RestoreMonth } from "../../../events/social/restore-month.v1.ts";
import { atRate } from "../../kernel/at-rate.ts";
import { DomainError } from "../../kernel/errors.ts";
import { uuidOf } from "../../kernel/ids.ts";
import { contend, transact } from "../../kernel/table/table.ts";
import { EngagementEvent } from "../engagement/engagement-event.ts";
import { getSettings } from "../settings/get-settings.ts";
import { social } from "../table.ts";
import { type ArchiveCtx, SIZES, type Sizes, hasTime } from "./archive-ctx.ts";
import { ArchivePart } from "./archive-part.ts";
import { ArchivedMonth, type Work } from "./archived-month.ts";
import { RESTORED_DAYS } from "./order-restore.ts";
import { readPart } from "./read-part.ts";

const DAY_MS = 86_400_000;

/** Puts events where they were, as they were. One that is in the table already is newer than the archive, and stays. */
const putBack = async (ctx: ArchiveCtx, events: readonly EngagementEvent[]): Promise<number> => {
  const live = new Set((await EngagementEvent.getMany(ctx, events, { consistent: true })).map(({ post_id, id }) => `${post_id}\n${id}`));
  const missing = events.filter(({ post_id, id }) => !live.has(`${post_id}\n${id}`));
  if (missing.length > 0) await EngagementEvent.putMany(ctx, missing);
  return missing.length;
};

/** From one copy to the one before it: what is newer comes first. Undefined behind the earliest. */
const copyBefore = ({ copies }: ArchivedMonth, work: Work): Work | undefined => {
  const before = copies[copies.findIndex(({ copy }) => copy === work.copy) - 1];
  return before && { ...work, copy: before.copy, parts: before.parts, passed: 0, lines: 0 };
};

/** The table has everything again: from this transaction on readers read nothing else. */
const restored = (ctx: ArchiveCtx, run: ArchivedMonth) =>
  ArchivedMonth.writes.transition(ctx, run, "restored", {
    patch: {
      copies: [],
      epoch: run.epoch + 1,
      work: null,
      progress: null,
      archived_at: null,
      settled: false,
      restored_until: new Date(ctx.clock.now().getTime() + RESTORED_DAYS * DAY_MS).toISOString(),
    },
  });

const step = (ctx: ArchiveCtx, known: ArchivedMonth, sizes: Sizes, per_second: number): Promise<ArchivedMonth> =>
  contend(async (attempt) => {
    const run = attempt === 1 ? known : await ArchivedMonth.get(ctx, known, { consistent: true });
    const { work, org_id, month } = run;
    if (run.status !== "restoring" || work === undefined) return run;
    if (work.passed === work.parts) {
      const next = copyBefore(run, work);
      const writes = next ? ArchivedMonth.writes.patch(ctx, run, { work: next }) : restored(ctx, run);
      await transact(ctx, social, writes, { pattern: "archive.restored" });
      return ArchivedMonth.get(ctx, run, { consistent: true });
    }
    const part = await ArchivePart.get(ctx, { org_id, month, copy: work.copy, part: work.passed }, { consistent: true });
    const { events, fault } = await readPart(ctx, part);
    if (fault !== undefined) throw new DomainError("unavailable", "archive_unreadable", `${fault} The month is restored up to there.`);
    const rest = events.slice(work.lines);
    const done = await atRate(ctx, rest, { per_second, most: sizes.batch, hasTime: () => hasTime(ctx) }, (batch) => putBack(ctx, batch));
    const ended = done === rest.length;
    const next = { ...work, passed: work.passed + (ended ? 1 : 0), lines: ended ? 0 : work.lines + done };
    const patch = { work: next, progress: { done: (run.progress?.done ?? 0) + done, of: work.events } };
    await transact(ctx, social, ArchivedMonth.writes.patch(ctx, run, patch), { pattern: "archive.restorePart" });
    return ArchivedMonth.get(ctx, run, { consistent: true });
  });

/**
 * Brings the events of a month that is ordered back to the table, byte for byte as they were, part by part and the latest copy
 * first, within `archive_writes_per_second`. It can be stopped anywhere and goes on from the last line that is noted; putting
 * an event back twice leaves it as it is. Readers see each event once all along. Throws DomainError not_found, and unavailable
 * `archive_unreadable` for a damaged part. README, Archive.
 */
export const restoreMonth = async (ctx: ArchiveCtx, { month }: { month: string }, sizes: Sizes = SIZES): Promise<void> => {
  const { archive_writes_per_second } = await getSettings(ctx);
  let run = await ArchivedMonth.get(ctx, { org_id: ctx.org_id, month }, { consistent: true });
  while (run.status === "restoring") {
    run = await step(ctx, run, sizes, archive_writes_per_second);
    if (run.status !== "restoring" || hasTime(ctx)) continue;
    const id = uuidOf(`${RestoreMonth.type}/${ctx.org_id}/${month}/${run.version}`);
    return ctx.commands.sendEach(ctx, RestoreMonth, [{ org_id: ctx.org_id, id, data: { month } }]);
  }
};
