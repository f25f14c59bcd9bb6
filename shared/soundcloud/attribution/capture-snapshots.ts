import { todayOf } from "../../kernel/days.ts";
import { CaptureSnapshots } from "../../../events/soundcloud/capture-snapshots.v1.ts";
import type { DataOf } from "../../../events/envelope.ts";
import { DomainError } from "../../kernel/errors.ts";
import type { PageOf, PageRequest } from "../../kernel/http/route.ts";
import { uuidOf } from "../../kernel/ids.ts";
import type { OrgJobCtx } from "../../kernel/job.ts";
import { type Failure, type Outcome, ok, permanent } from "../../kernel/outcome.ts";
import type { Commands } from "../../kernel/queue/commands.ts";
import { inParallel } from "../../kernel/queue/parallel.ts";
import { Campaign } from "../campaign/campaign.ts";
import { type Seen, keepPreviews, previewKey } from "../preview/keep-previews.ts";
import type { SoundCloudTrack } from "../soundcloud/resources.ts";
import { type ResolveCtx, withTrackUrn } from "../submission/resolve-track.ts";
import { Submission } from "../submission/submission.ts";
import { type Capture, captureSnapshot } from "./capture-snapshot.ts";
import { type Subject, follow, keyOfParent, readSubjects, subjectOfCampaign, subjectOfSubmission, trackedUntil } from "./follow.ts";
import { AttributionTracking } from "./tracking.ts";

/** Tracks of one request to SoundCloud, as many as it tells of at once. */
const PAGE = 200;
const PARALLEL = 5;
/** A page is not begun with less time than this, nor is the address of another track looked up. */
const PAGE_MS = 60_000;

export type CaptureCtx = OrgJobCtx & ResolveCtx & { readonly commands: Commands };
type Order = DataOf<typeof CaptureSnapshots>;

const DAILY: Capture = { baseline: false, source: "scraper" };

const unavailable = (failure: Failure): DomainError =>
  new DomainError("unavailable", "soundcloud_unavailable", `SoundCloud did not tell the counts (${failure.kind}); the message is delivered again.`);

/** A parent with the URN of its track; `permanent` when its address leads to no track. */
const urnOf = async (ctx: CaptureCtx, subject: Subject, tracking: AttributionTracking | undefined): Promise<Outcome<string>> => {
  if (subject.parent_type === "submission") {
    const resolved = await withTrackUrn(ctx, subject.item);
    return resolved.kind === "ok" ? ok(resolved.value.track_urn) : resolved;
  }
  const known = subject.item.track_urn ?? tracking?.track_urn;
  if (known !== undefined) return ok(known);
  const answer = await ctx.soundcloud.resolve(subject.item.track_url);
  if (answer.kind !== "ok") return answer;
  return answer.value.kind === "track" ? ok(answer.value.urn) : permanent("not_a_track", `The address leads to a ${answer.value.kind}.`);
};

interface Looked {
  readonly subject: Subject;
  readonly track: SoundCloudTrack | undefined;
}

/** The parents with the tracks that SoundCloud shows; without the parents for whose looking up there was no time. */
const lookUp = async (ctx: CaptureCtx, subjects: readonly (readonly [Subject, AttributionTracking])[]): Promise<Looked[]> => {
  const named: { subject: Subject; urn: string | undefined }[] = [];
  for (const [subject, tracking] of subjects) {
    if (ctx.remaining_ms() < PAGE_MS) break;
    const urn = await urnOf(ctx, subject, tracking);
    if (urn.kind !== "ok" && urn.kind !== "permanent") throw unavailable(urn);
    named.push({ subject, urn: urn.kind === "ok" ? urn.value : undefined });
  }
  const asked = named.flatMap(({ urn }) => urn ?? []);
  const tracks = asked.length === 0 ? ok<SoundCloudTrack[]>([]) : await ctx.soundcloud.tracks(asked);
  if (tracks.kind !== "ok") throw unavailable(tracks);
  const found = new Map(tracks.value.map((track) => [track.urn, track]));
  return named.map(({ subject, urn }) => ({ subject, track: urn === undefined ? undefined : found.get(urn) }));
};

/** What a page shows of a track that is at hand anyway; an imported address may be written otherwise than people ask for it. */
const previewOf = ({ subject, track }: Looked): Seen[] => {
  const track_key = previewKey(subject.item.track_url);
  return track === undefined || track_key === undefined ? [] : [{ track_key, track }];
};

interface Done {
  /** What broke on single parents; the rest is done all the same. */
  readonly failures: unknown[];
  /** Time ran out before the last ones, which stay due. */
  readonly cut: boolean;
}

/** Captures those that are still tracked and ends the others. */
const capture = async (ctx: CaptureCtx, trackings: readonly AttributionTracking[], how: Capture): Promise<Done> => {
  const today = todayOf(ctx);
  const subjects = await readSubjects(ctx, trackings);
  const live: [Subject, AttributionTracking][] = [];
  for (const tracking of trackings) {
    const subject = subjects.get(keyOfParent(tracking));
    if (subject && trackedUntil(subject, tracking.tracked_until, today) !== undefined) live.push([subject, tracking]);
    else await AttributionTracking.patch(ctx, tracking, { next_on: null });
  }
  const failures: unknown[] = [];
  const looked = await lookUp(ctx, live);
  await keepPreviews(ctx, looked.flatMap(previewOf));
  await inParallel(looked, PARALLEL, async ({ subject, track }) => {
    try {
      await captureSnapshot(ctx, subject, track, how);
    } catch (error) {
      ctx.log.error("a snapshot failed", { parent_type: subject.parent_type, parent_id: subject.parent_id, error });
      failures.push(error);
    }
  });
  return { failures, cut: looked.length < live.length };
};

/** A list that the run goes through, a page at a time. Returns where it goes on, and what broke. */
type Source = (ctx: CaptureCtx, page: PageRequest) => Promise<Done & { readonly position: unknown }>;

const following =
  <T>(list: (ctx: CaptureCtx, page: PageRequest) => Promise<PageOf<T>>, subjectOf: (item: T) => Subject): Source =>
  async (ctx, page) => {
    const { items, position } = await list(ctx, page);
    await follow(ctx, items.map(subjectOf), todayOf(ctx));
    return { position, failures: [], cut: false };
  };
const campaignsIn = (status: Campaign["status"]): Source =>
  following((ctx, page) => Campaign.query.byStatus(ctx, { org_id: ctx.org_id, status }, page), subjectOfCampaign);

/** First everything that is to be tracked is, then every tracked parent that is due is captured. */
const sources: readonly Source[] = [
  following((ctx, page) => Submission.query.openDemand(ctx, { org_id: ctx.org_id }, page), subjectOfSubmission),
  campaignsIn("scheduled"),
  campaignsIn("live"),
  campaignsIn("paused"),
  async (ctx, page) => {
    const today = todayOf(ctx);
    const { items, position } = await AttributionTracking.query.due(ctx, { org_id: ctx.org_id }, { ...page, to: { next_on: today } });
    return { position, ...(await capture(ctx, items, DAILY)) };
  },
];

const goOn = (ctx: CaptureCtx, after: NonNullable<Order["after"]>): Promise<void> => {
  const id = uuidOf(`${CaptureSnapshots.type}/${ctx.org_id}/${ctx.request_id}/${JSON.stringify(after)}`);
  return ctx.commands.sendEach(ctx, CaptureSnapshots, [{ org_id: ctx.org_id, id, data: { after } }]);
};

const fail = (failures: readonly unknown[]): void => {
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} snapshots failed.`);
};

const captureAll = async (ctx: CaptureCtx, { source, position: from }: NonNullable<Order["after"]>): Promise<void> => {
  const failures: unknown[] = [];
  let position: unknown = from;
  for (let at = source; at < sources.length;) {
    if (ctx.remaining_ms() < PAGE_MS) {
      await goOn(ctx, { source: at, ...(position === undefined ? {} : { position: position as never }) });
      break;
    }
    const done = await sources[at]!(ctx, { limit: PAGE, ...(position === undefined ? {} : { position }) });
    failures.push(...done.failures);
    // What was captured is not due any more, so the list from its beginning has what is left.
    if (done.cut) {
      await goOn(ctx, { source: at });
      break;
    }
    position = done.position;
    if (position === undefined) at += 1;
  }
  fail(failures);
};

const captureOne = async (ctx: CaptureCtx, { baseline, ...parent }: NonNullable<Order["parent"]>): Promise<void> => {
  const subject = (await readSubjects(ctx, [parent])).get(keyOfParent(parent));
  if (!subject) return ctx.log.info("nothing to track", parent);
  await follow(ctx, [subject], todayOf(ctx));
  const tracking = await AttributionTracking.find(ctx, { org_id: ctx.org_id, ...parent }, { consistent: true });
  if (!tracking) return;
  const { failures, cut } = await capture(ctx, [tracking], { baseline, source: "ordered" });
  if (cut) throw new DomainError("unavailable", "out_of_time", "No time was left to look the track up; the message is delivered again.");
  fail(failures);
};

/**
 * Captures today's snapshot of every tracked parent of the org, tracks read in batches; when time runs short the rest is
 * another message. A parent whose snapshot fails holds up nobody else. Throws at the end when something broke, and
 * DomainError unavailable when SoundCloud does not answer, so that the message is delivered again; what is captured by
 * then is not asked for anew. README, Attribution.
 */
export const captureSnapshots = (ctx: CaptureCtx, { parent, after = { source: 0 } }: Order): Promise<void> =>
  parent ? captureOne(ctx, parent) : captureAll(ctx, after);
