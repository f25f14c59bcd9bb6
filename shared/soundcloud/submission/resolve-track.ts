import type { OrgCtx } from "../../kernel/context.ts";
import type { Vault } from "../../kernel/crypto/vault.ts";
import { DomainError } from "../../kernel/errors.ts";
import { type Outcome, ok, permanent } from "../../kernel/outcome.ts";
import { every } from "../../kernel/table/every.ts";
import { contend, transact } from "../../kernel/table/table.ts";
import type { SoundCloudTrack } from "../soundcloud/resources.ts";
import type { SoundCloudClient } from "../soundcloud/soundcloud.client.ts";
import { soundcloud } from "../table.ts";
import { parseTrackUrl } from "../track-url.ts";
import { Submission } from "./submission.ts";

export type ResolveCtx = OrgCtx & { readonly vault: Vault; readonly soundcloud: SoundCloudClient };

const UNRESOLVED_SHORT = "short_link_unresolved";

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

/** Another open submission of the same party for the same track, which its different address had hidden. */
const twin = async (ctx: OrgCtx, { id, party_id }: Submission, track_urn: string): Promise<Submission | undefined> => {
  for await (const other of every((page) => Submission.query.byParty(ctx, { org_id: ctx.org_id, party_id }, page)))
    if (other.id !== id && other.track_urn === track_urn && other.status !== "rejected" && other.closed_at === undefined) return other;
  return undefined;
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

const store = (ctx: OrgCtx, id: string, track: SoundCloudTrack): Promise<Submission> =>
  contend(async () => {
    const key = { org_id: ctx.org_id, id };
    const submission = await Submission.get(ctx, key, { consistent: true });
    if (submission.track_urn !== undefined) return submission;
    const patch = found(submission, track);
    const writes =
      submission.status === "qa_flag" && submission.qa_reason === UNRESOLVED_SHORT
        ? Submission.writes.transition(ctx, submission, "pending", { patch: { ...patch, qa_reason: null }, reason: "short_link_resolved" })
        : Submission.writes.patch(ctx, submission, patch);
    await transact(ctx, soundcloud, writes, { pattern: "submissions.resolve" });
    return Submission.get(ctx, key, { consistent: true });
  });

/**
 * The submission with the URNs of its track and artist, looked up on SoundCloud unless known. What leads to no track is
 * flagged, and so is a second submission of the track by the same party; both come back as `permanent`.
 */
export const withTrackUrn = async (ctx: ResolveCtx, submission: Submission): Promise<Outcome<Submission & { track_urn: string }>> => {
  const { track_urn } = submission;
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
  const { urn } = answer.value;
  const resolved = await store(ctx, submission.id, answer.value);
  const other = await twin(ctx, resolved, urn);
  if (other) await flag(ctx, resolved, "duplicate_track");
  return ok({ ...resolved, track_urn: urn });
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
