import type { OrgCtx } from "../../kernel/context.ts";
import { isDomainError } from "../../kernel/errors.ts";
import { type Write, contend, transact } from "../../kernel/table/table.ts";
import type { Campaign } from "../campaign/campaign.ts";
import { markBaseline } from "../campaign/mark-baseline.ts";
import type { SoundCloudTrack } from "../soundcloud/resources.ts";
import { soundcloud } from "../table.ts";
import { addDays } from "../../kernel/days.ts";
import { type Subject, trackedUntil } from "./follow.ts";
import { AttributionSnapshot } from "./snapshot.ts";
import { AttributionTracking } from "./tracking.ts";

/** Why this capture is made. */
export interface Capture {
  /** Ops want the baseline now, whatever the start date. */
  readonly baseline: boolean;
  readonly source: AttributionSnapshot["collection_source"];
}

/** From the day that a campaign starts on; while it is paused before its start there is nothing to measure by. */
const wantsBaseline = ({ status, start_date }: Campaign, { baseline }: Capture, today: string): boolean =>
  (status === "scheduled" || status === "live") && (baseline || start_date === undefined || start_date <= today);

const countsOf = (track: SoundCloudTrack) => {
  const counts = {
    plays: track.playback_count,
    likes: track.likes_count,
    reposts: track.reposts_count,
    comments: track.comment_count,
    followers: track.user.followers_count,
  };
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== null)) as { [C in keyof typeof counts]?: number };
};

interface Day {
  readonly date: string;
  readonly tracking: AttributionTracking;
  readonly snapshot: AttributionSnapshot | undefined;
}

/** The baseline of a campaign is told to the campaign; a submission's is its first snapshot. Empty when it is not due. */
const baselineWrites = async (ctx: OrgCtx, subject: Subject, { tracking, date, snapshot }: Day, capture: Capture): Promise<Write[] | undefined> => {
  if (tracking.baseline_date !== undefined) return undefined;
  if (subject.parent_type === "submission") return [];
  if (!wantsBaseline(subject.item, capture, date)) return undefined;
  const writes = await markBaseline(ctx, subject.parent_id, snapshot?.collected_at ?? ctx.clock.now().toISOString());
  return writes.length === 0 ? undefined : writes;
};

const store = async (ctx: OrgCtx, subject: Subject, track: SoundCloudTrack, day: Day, capture: Capture): Promise<void> => {
  const { org_id } = ctx;
  const { tracking, date, snapshot } = day;
  const { parent_type, parent_id } = tracking;
  const baseline = await baselineWrites(ctx, subject, day, capture);
  const next_on = addDays(date, 1);
  if (snapshot && !baseline && tracking.next_on === next_on) return;
  const patch = {
    next_on,
    tracked_until: trackedUntil(subject, tracking.tracked_until, date) ?? null,
    unavailable_since: null,
    ...(parent_type === "campaign" ? { track_urn: track.urn } : {}),
    ...(baseline ? { baseline_date: date } : {}),
  };
  const taken = { org_id, parent_type, parent_id, snapshot_date: date, collection_source: capture.source, ...countsOf(track) };
  await transact(
    ctx,
    soundcloud,
    [...AttributionTracking.writes.patch(ctx, tracking, patch), ...(snapshot ? [] : AttributionSnapshot.writes.create(ctx, taken)), ...(baseline ?? [])],
    { pattern: "attribution.capture" },
  );
};

/**
 * Stores what SoundCloud counts for a parent's track today, one snapshot per UTC day however often it is called, and the
 * baseline with it when it is due; for a track that is not shown only since when. The day is the clock's, so a late run
 * fills today and no other day.
 */
export const captureSnapshot = (ctx: OrgCtx, subject: Subject, track: SoundCloudTrack | undefined, capture: Capture): Promise<void> =>
  contend(async () => {
    const { parent_type, parent_id } = subject;
    const key = { org_id: ctx.org_id, parent_type, parent_id };
    const now = ctx.clock.now().toISOString();
    const date = now.slice(0, 10);
    const [tracking, snapshot] = await Promise.all([
      AttributionTracking.get(ctx, key, { consistent: true }),
      AttributionSnapshot.find(ctx, { ...key, snapshot_date: date }, { consistent: true }),
    ]);
    if (track) return store(ctx, subject, track, { date, tracking, snapshot }, capture);
    ctx.log.warn("SoundCloud does not show a tracked track", { parent_type, parent_id });
    const missing = { next_on: addDays(date, 1), unavailable_since: tracking.unavailable_since ?? now };
    await AttributionTracking.patch(ctx, tracking, missing, { version: tracking.version }).catch((error: unknown) => {
      // Another run has looked at it at the same time.
      if (!isDomainError(error, "stale")) throw error;
    });
  });
