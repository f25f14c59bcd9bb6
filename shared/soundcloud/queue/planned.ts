import type { OrgCtx } from "../../kernel/context.ts";
import { every } from "../../kernel/table/every.ts";
import type { Submission } from "../submission/submission.ts";
import { type SupportHistory, artistKeys, trackKeys } from "../target/support-history.ts";
import { QueueAssignment } from "./queue-assignment.ts";
import { Queue } from "./queue.ts";

/** What queues of other days promise and have not published yet: nobody is promised twice. */
export interface Planned {
  /** Supporters by submission. */
  readonly supporters: ReadonlyMap<string, number>;
  /** Credits by paying member. */
  readonly credits: ReadonlyMap<string, number>;
  readonly assignments: readonly QueueAssignment[];
}

const totals = (
  assignments: readonly QueueAssignment[],
  keyOf: (one: QueueAssignment) => string | undefined,
  amountOf: (one: QueueAssignment) => number,
): Map<string, number> => {
  const sums = new Map<string, number>();
  for (const one of assignments) {
    const key = keyOf(one);
    if (key !== undefined) sums.set(key, (sums.get(key) ?? 0) + amountOf(one));
  }
  return sums;
};

/** Reads the assignments of every draft and approved queue from today on but the one of `date`. */
export const plannedElsewhere = async (ctx: OrgCtx, date: string, today: string): Promise<Planned> => {
  const { org_id } = ctx;
  const assignments: QueueAssignment[] = [];
  for (const status of ["draft", "approved"] as const)
    for await (const queue of every((page) => Queue.query.byStatus(ctx, { org_id, status }, { ...page, from: { date: today } }))) {
      if (queue.date === date) continue;
      for await (const one of every((page) => QueueAssignment.query.byQueue(ctx, { org_id, queue_date: queue.date, build_id: queue.build_id }, page)))
        // While a queue is being published, what is done counts where it was written to.
        if (one.status === "assigned" && one.published_at === undefined) assignments.push(one);
    }
  return {
    assignments,
    supporters: totals(
      assignments,
      (one) => one.submission_id,
      () => 1,
    ),
    credits: totals(
      assignments,
      (one) => one.payer_id,
      (one) => one.credits_allocated,
    ),
  };
};

/** A submission's history as if what other days promise had happened. */
export const withPlanned = (
  history: SupportHistory,
  submission: Submission,
  { assignments }: Planned,
  { recent_artist_days }: { recent_artist_days: number },
): SupportHistory => {
  const tracks = new Set(trackKeys(submission));
  const artists = new Set(artistKeys(submission));
  const sameTrack = assignments.filter((one) => trackKeys(one).some((key) => tracks.has(key)));
  const sameArtist = recent_artist_days === 0 ? [] : assignments.filter((one) => artistKeys(one).some((key) => artists.has(key)));
  return {
    track: new Set([...history.track, ...sameTrack.map(({ supporter_id }) => supporter_id)]),
    artist: new Map([...history.artist, ...sameArtist.map(({ supporter_id, queue_date }) => [supporter_id, queue_date] as const)]),
  };
};
