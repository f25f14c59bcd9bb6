import type { OrgCtx } from "../../kernel/context.ts";
import type { Vault } from "../../kernel/crypto/vault.ts";
import { DomainError } from "../../kernel/errors.ts";
import { type Outcome, ok, permanent } from "../../kernel/outcome.ts";
import { every } from "../../kernel/table/every.ts";
import { type Write, contend, transact } from "../../kernel/table/table.ts";
import { campaignTrackWrites } from "../campaign/campaign-demand.ts";
import { ERASED_TRACK_URL } from "../erasure/erased-track.ts";
import type { SoundCloudTrack } from "../soundcloud/resources.ts";
import type { SoundCloudClient } from "../soundcloud/soundcloud.client.ts";
import { soundcloud } from "../table.ts";
import { parseTrackUrl } from "../track-url.ts";
import { Submission } from "./submission.ts";

export type ResolveCtx = OrgCtx & { readonly vault: Vault; readonly soundcloud: SoundCloudClient };

const UNRESOLVED_SHORT = "short_link_unresolved";
const DUPLICATE = "duplicate_track";

/** The address to ask for; a private track is found by its secret link only. */
const addressOf = async (ctx: ResolveCtx, { id, track_url, secret_token }: Submission): Promise<string> => {
  if (secret_token === undefined) return track_url;
  return `${track_url}/${await ctx.vault.open(ctx, secret_token, { org_id: ctx.org_id, entity: "Submission", id, field: "secret_token" })}`;
};

/** Flags for quality control where the workflow allows it: not what is decided finally or supported already. */
const flag = async (ctx: OrgCtx, submission: Submission, qa_reason: string): Promise<void> => {
  const { id, status, supported_count } = submission;
  ctx.log.warn("track not usable as it is", { submission_id: id, status, qa_reason });
  const key = { org_id: ctx.org_id, id };
  if (status === "qa_flag") return void (await Submission.patch(ctx, key, { qa_reason }));
  if (status === "rejected" || supported_count > 0) return;
  const writes = Submission.writes.transition(ctx, submission, "qa_flag", { patch: { qa_reason, demand_since: null }, reason: qa_reason });
  await transact(ctx, soundcloud, writes, { pattern: "submissions.flagTrack" });
};

/** Whether another open submission of the same party is for the same track, which its different address had hidden. */
const hasTwin = async (ctx: OrgCtx, { id, party_id }: Submission, track_urn: string): Promise<boolean> => {
  for await (const other of every((page) => Submission.query.byParty(ctx, { org_id: ctx.org_id, party_id }, page)))
    if (other.id !== id && other.track_urn === track_urn && other.status !== "rejected" && other.closed_at === undefined) return true;
  return false;
};

/** What SoundCloud says of the track. Only a short link's address is replaced: it names neither artist nor track. */
const found = (submission: Submission, track: SoundCloudTrack) => {
  const canonical = submission.track_kind === "short" ? parseTrackUrl(track.permalink_url) : undefined;
  return {
    track_urn: track.urn,
    artist_urn: track.user.urn,
    track_key: track.urn,
    artist_key: track.user.urn,
    track_kind: track.sharing === "private" ? ("private" as const) : ("track" as const),
    track_title: submission.track_title ?? track.title?.slice(0, 300) ?? null,
    artist_name: submission.artist_name ?? track.user.username?.slice(0, 300) ?? null,
    ...(canonical && !("fault" in canonical) ? { track_url: canonical.track_url } : {}),
  };
};

/** The change that a resolved track makes: a second submission of the track is flagged with it, an unresolved short link is taken up. */
const resolution = (ctx: OrgCtx, submission: Submission, track: SoundCloudTrack, isRepeated: boolean): Write[] => {
  const { status, supported_count } = submission;
  const patch = found(submission, track);
  const isFlagged = status === "qa_flag";
  if (isRepeated && status !== "rejected" && supported_count === 0) {
    const flagged = { ...patch, qa_reason: DUPLICATE, demand_since: null };
    return isFlagged
      ? Submission.writes.patch(ctx, submission, flagged)
      : Submission.writes.transition(ctx, submission, "qa_flag", { patch: flagged, reason: DUPLICATE });
  }
  return isFlagged && submission.qa_reason === UNRESOLVED_SHORT
    ? Submission.writes.transition(ctx, submission, "pending", { patch: { ...patch, qa_reason: null }, reason: "short_link_resolved" })
    : Submission.writes.patch(ctx, submission, patch);
};

const isErased = ({ track_url }: Submission): boolean => track_url === ERASED_TRACK_URL;

/** Stores URNs and flag in one transaction: known URNs mean that nothing is left to do, nor is what was erased since written again. */
const store = (ctx: OrgCtx, id: string, track: SoundCloudTrack): Promise<Submission> =>
  contend(async () => {
    const key = { org_id: ctx.org_id, id };
    const submission = await Submission.get(ctx, key, { consistent: true });
    if (submission.track_urn !== undefined || isErased(submission)) return submission;
    const isRepeated = await hasTwin(ctx, submission, track.urn);
    if (isRepeated) ctx.log.warn("track not usable as it is", { submission_id: id, status: submission.status, qa_reason: DUPLICATE });
    const writes = [...resolution(ctx, submission, track, isRepeated), ...campaignTrackWrites(ctx, submission, track)];
    await transact(ctx, soundcloud, writes, { pattern: "submissions.resolve" });
    return Submission.get(ctx, key, { consistent: true });
  });

const erased = (): Outcome<never> => permanent("erased", "The track was of a member who is erased.");

/**
 * The submission with the URNs of its track and artist, looked up on SoundCloud unless known. What leads to no track is
 * flagged and comes back as `permanent`; a second submission of the track by the same party is flagged as it is resolved.
 * A track that was erased is `permanent` as well, and SoundCloud is not asked.
 */
export const withTrackUrn = async (ctx: ResolveCtx, submission: Submission): Promise<Outcome<Submission & { track_urn: string }>> => {
  const { track_urn } = submission;
  if (isErased(submission)) return erased();
  if (track_urn !== undefined) return ok({ ...submission, track_urn });
  const answer = await ctx.soundcloud.resolve(await addressOf(ctx, submission));
  if (answer.kind === "permanent" && answer.code === "not_found") {
    await flag(ctx, submission, "track_not_found");
    return answer;
  }
  if (answer.kind !== "ok") return answer;
  if (answer.value.kind !== "track") {
    await flag(ctx, submission, "not_a_track");
    return permanent("not_a_track", `The address leads to a ${answer.value.kind}.`);
  }
  const stored = await store(ctx, submission.id, answer.value);
  return isErased(stored) ? erased() : ok({ ...stored, track_urn: answer.value.urn });
};

/** Resolves a submission's track; a submission that is gone, closed, rejected or resolved is left alone. Throws DomainError unavailable when SoundCloud did not answer. */
export const resolveTrack = async (ctx: ResolveCtx, submission_id: string): Promise<void> => {
  const submission = await Submission.find(ctx, { org_id: ctx.org_id, id: submission_id }, { consistent: true });
  if (!submission || submission.closed_at !== undefined || submission.status === "rejected") return;
  const outcome = await withTrackUrn(ctx, submission);
  if (outcome.kind === "ok") return;
  if (outcome.kind === "permanent") return ctx.log.warn("track not resolved", { submission_id, code: outcome.code, detail: outcome.detail });
  throw new DomainError("unavailable", "soundcloud_unavailable", `SoundCloud did not resolve the track (${outcome.kind}); the message is delivered again.`);
};
