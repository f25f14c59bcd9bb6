import type { OrgCtx } from "../../kernel/context.ts";
import { isDomainError } from "../../kernel/errors.ts";
import { every } from "../../kernel/table/every.ts";
import { contend, transact } from "../../kernel/table/table.ts";
import { previewKey } from "../preview/keep-previews.ts";
import { TrackPreview } from "../preview/track-preview.ts";
import { completeAssignment } from "../queue/complete-assignment.ts";
import { endAssignment, unlessEnded } from "../queue/end-assignment.ts";
import { QueueAssignment } from "../queue/queue-assignment.ts";
import { Queue } from "../queue/queue.ts";
import { Submission } from "../submission/submission.ts";
import { soundcloud } from "../table.ts";
import { eraseSchedulesFor } from "./erase-schedules.ts";
import { ERASED_TRACK_URL } from "./erased-track.ts";
import { type EraseCtx, type Erasure, type Progress, through } from "./erasure.ts";

const ERASED = "member_erased";

const toEnd = (stopped: unknown): Progress | undefined => (stopped === undefined ? undefined : {});

/** The texts of one assignment that are the member's: as supporter proof and reasons, as payer the track. Nothing of it is looked at again. */
const textsOf = (member_id: string, one: QueueAssignment) => ({
  check: null,
  check_at: null,
  ...(one.supporter_id === member_id ? { proof_url: null, ...(one.published_at === undefined ? {} : { skip_reason: null, failure_reason: null }) } : {}),
  ...(one.payer_id === member_id ? { track_url: ERASED_TRACK_URL, track_key: `erased:${one.submission_id}`, artist_key: "", artist_name: null } : {}),
});

const changes = (one: QueueAssignment, patch: object): boolean =>
  Object.entries(patch).some(([field, value]) => (one[field as keyof QueueAssignment] ?? null) !== value);

/**
 * What the member was to repost is given up, and its demand moves on. What others were to repost for the member: who has
 * sent a proof is paid, since nobody can look any more and they did their part; the rest is given up, which does not
 * count against the supporter.
 */
const end = (ctx: OrgCtx, member_id: string, { id, supporter_id, proof_submitted_at }: QueueAssignment): Promise<unknown> => {
  if (supporter_id === member_id) return endAssignment(ctx, id, "skipped", ERASED);
  if (proof_submitted_at === undefined) return endAssignment(ctx, id, "skipped", ERASED, { excused: true });
  return completeAssignment(ctx, id, { verified_by: "ops" });
};

/** An assignment as it is stored now, ended if it was published and open: lists may be behind the queue's publication. */
const ended = async (ctx: OrgCtx, member_id: string, { org_id, id }: QueueAssignment): Promise<QueueAssignment | undefined> => {
  const read = (): Promise<QueueAssignment | undefined> => QueueAssignment.find(ctx, { org_id, id }, { consistent: true });
  const one = await read();
  if (one?.status !== "assigned" || one.published_on === undefined) return one;
  await unlessEnded(end(ctx, member_id, one));
  return read();
};

/** Ends an assignment, takes the member's texts out of it, and its proof out of the submission that shows it. Repeating it changes nothing. */
const eraseAssignment = (ctx: OrgCtx, member_id: string, listed: QueueAssignment): Promise<void> =>
  contend(async () => {
    const one = await ended(ctx, member_id, listed);
    if (!one) return;
    const patch = textsOf(member_id, one);
    if (one.supporter_id === member_id && one.status !== "assigned") await QueueAssignment.forgetReasons(ctx, one);
    if (!changes(one, patch)) return;
    const { org_id, submission_id, proof_url } = one;
    const submission = proof_url === undefined ? undefined : await Submission.find(ctx, { org_id, id: submission_id }, { consistent: true });
    const shows = submission?.support_url !== undefined && submission.support_url === proof_url;
    const writes = [...QueueAssignment.writes.patch(ctx, one, patch), ...(shows ? Submission.writes.patch(ctx, submission, { support_url: null }) : [])];
    await transact(ctx, soundcloud, writes, { pattern: "assignments.erase" });
  });

/** What the member was to repost, or has reposted. */
export const eraseSupport = async (ctx: EraseCtx, { member: { org_id, id } }: Erasure): Promise<Progress | undefined> => {
  const supported = every((page) => QueueAssignment.query.bySupporter(ctx, { org_id, supporter_id: id }, page));
  return toEnd(await through(ctx, supported, (one) => eraseAssignment(ctx, id, one)));
};

/** A submission that wants nothing and says nothing any more. What was not decided is rejected, so that no clock waits for it. */
const closeSubmission = (ctx: OrgCtx, { org_id, id }: Submission): Promise<void> =>
  contend(async () => {
    const submission = await Submission.get(ctx, { org_id, id }, { consistent: true });
    if (submission.track_url === ERASED_TRACK_URL && submission.support_url === undefined) return;
    const now = ctx.clock.now().toISOString();
    const patch = {
      track_url: ERASED_TRACK_URL,
      track_key: `erased:${id}`,
      artist_key: "",
      dedupe_key: null,
      track_urn: null,
      artist_urn: null,
      track_title: null,
      secret_token: null,
      artist_name: null,
      support_url: null,
      qa_reason: null,
      notes: null,
      contact_emails: null,
      ip_tracking_url: null,
      resend_message_ids: [],
      demand_since: null,
      closed_at: submission.closed_at ?? now,
      ...(submission.decided_at === undefined ? { decided_at: now } : {}),
    };
    const isDecided = submission.status === "approved" || submission.status === "rejected";
    const writes = isDecided ? Submission.writes.patch(ctx, submission, patch) : Submission.writes.transition(ctx, submission, "rejected", { patch });
    await transact(ctx, soundcloud, writes, { pattern: "submissions.erase" });
  });

/** What pages showed of the track goes with its address. */
const forgetPreview = async (ctx: OrgCtx, { org_id, track_url }: Submission): Promise<void> => {
  const track_key = previewKey(track_url);
  if (track_key === undefined) return;
  try {
    await TrackPreview.delete(ctx, { org_id, track_key });
  } catch (error) {
    if (!isDomainError(error, "not_found")) throw error;
  }
};

/** Every submission of the member with the assignments made for it. */
export const eraseSubmissions = async (ctx: EraseCtx, { member: { org_id, id } }: Erasure): Promise<Progress | undefined> => {
  const submissions = every((page) => Submission.query.byParty(ctx, { org_id, party_id: id }, page));
  const stopped = await through(ctx, submissions, async (submission) => {
    const assignments = () => every((page) => QueueAssignment.query.bySubmission(ctx, { org_id, submission_id: submission.id }, page));
    for await (const one of assignments()) await ended(ctx, id, one);
    await forgetPreview(ctx, submission);
    await closeSubmission(ctx, submission);
    await eraseSchedulesFor(ctx, submission.id);
    // What was published between the first reading and the closing.
    for await (const one of assignments()) await eraseAssignment(ctx, id, one);
    await Submission.forgetReasons(ctx, submission);
  });
  return toEnd(stopped);
};

/** Assignments that were never published stand in no list of the member's, and what was published just now not yet: they are found in the queues of its time. */
export const eraseFromQueues = async (ctx: EraseCtx, { member: { org_id, id, created_at }, from }: Erasure): Promise<Progress | undefined> => {
  const since = { date: from.queue_date ?? created_at.slice(0, 10) };
  const queues = every((page) => Queue.query.byDate(ctx, { org_id }, { ...page, from: since }));
  const stopped = await through(ctx, queues, async ({ date: queue_date, build_id }) => {
    for await (const one of every((page) => QueueAssignment.query.byQueue(ctx, { org_id, queue_date, build_id }, { ...page, limit: 1000 })))
      if (one.payer_id === id || one.supporter_id === id) await eraseAssignment(ctx, id, one);
  });
  return stopped && { queue_date: stopped.date };
};
