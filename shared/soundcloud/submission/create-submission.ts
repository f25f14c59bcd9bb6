import * as z from "zod";
import { SubmissionCreated } from "../../../events/soundcloud/submission-created.v1.ts";
import { type OrgCtx, besideClaim } from "../../kernel/context.ts";
import type { Vault } from "../../kernel/crypto/vault.ts";
import { type DomainError, conflict, forbidden, isDomainError, unprocessable } from "../../kernel/errors.ts";
import type { Write } from "../../kernel/table/table.ts";
import { contend, transact } from "../../kernel/table/table.ts";
import { monthOf } from "../credit/open-wallet.ts";
import { spendable } from "../credit/wallet-rules.ts";
import { Wallet } from "../credit/wallet.ts";
import { Member, requireNotErased } from "../member/member.ts";
import { ownMember } from "../member/own-member.ts";
import { Client } from "../party/client.ts";
import { Salesperson } from "../party/salesperson.ts";
import { soundcloud, soundcloudSystem } from "../table.ts";
import { loadTaxonomy } from "../taxonomy/taxonomy.ts";
import { type TrackUrl, parseTrackUrl } from "../track-url.ts";
import { genreOf } from "./genre-of.ts";
import { Submission } from "./submission.ts";

export const NewSubmission = Submission.api.create.extend({
  /** As a person pastes it; made canonical. */
  track_url: z.string().trim().min(1).max(2048),
});
export type NewSubmission = z.output<typeof NewSubmission>;

/** What a member may say about an own track; the rest is for ops. */
const memberFields = new Set([
  "track_url",
  "artist_name",
  "track_title",
  "family",
  "subgenres",
  "support_date",
  "target_band_mode",
  "target_count",
  "need_live_link",
  "member_id",
]);

type Party = { readonly member: Member; readonly client?: undefined } | { readonly client: Client; readonly member?: undefined };

const partyOf = async (ctx: OrgCtx, input: NewSubmission): Promise<Party> => {
  const { org_id } = ctx;
  if (ctx.grant === "own") {
    const foreign = Object.entries(input).filter(([field, value]) => value !== undefined && !memberFields.has(field));
    const own = await ownMember(ctx);
    if (foreign.length > 0) throw forbidden("field_for_ops", `Only ops may set ${foreign.map(([field]) => field).join(", ")}; leave them out.`);
    if (input.member_id !== undefined && input.member_id !== own.id)
      throw forbidden("not_yours", "member_id is another member; submit for yourself, or leave it out.");
    return { member: own };
  }
  if ((input.member_id === undefined) === (input.client_id === undefined))
    throw unprocessable("one_party", "Name exactly one of member_id and client_id.", [
      { pointer: "/member_id", code: "one_party", detail: "Give member_id or client_id, not both and not none." },
    ]);
  const unknown = (field: string): DomainError =>
    unprocessable("unknown_party", `${field} names nobody in the org.`, [
      { pointer: `/${field}`, code: "unknown_party", detail: "Choose an id from the org's list." },
    ]);
  if (input.salesperson_id !== undefined && !(await Salesperson.find(ctx, { org_id, id: input.salesperson_id }))) throw unknown("salesperson_id");
  if (input.member_id !== undefined) {
    const member = await Member.find(ctx, { org_id, id: input.member_id });
    if (!member) throw unknown("member_id");
    return { member };
  }
  const client = await Client.find(ctx, { org_id, id: input.client_id! });
  if (!client) throw unknown("client_id");
  return { client };
};

/** Throws DomainError `not_soundcloud` or `not_a_track`. A short link is taken and flagged until it is resolved. */
export const trackOf = (text: string): TrackUrl => {
  const found = parseTrackUrl(text);
  const at = (code: string, detail: string) => unprocessable(code, `track_url: ${detail}`, [{ pointer: "/track_url", code, detail }]);
  if ("fault" in found) throw at("not_soundcloud", "Give the https address of a track on soundcloud.com, for example https://soundcloud.com/artist/track.");
  if (found.kind === "set" || found.kind === "profile") throw at("not_a_track", `This is a ${found.kind}; give the address of one track.`);
  return found;
};

/** The first day of the month after, 00:00 UTC. */
const nextMonth = (now: Date): string => new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1)).toISOString();

/** Both gates of a member: the monthly number of submissions, and credits for at least one supporter. README, Submissions. */
const gatedMember = async (ctx: OrgCtx, member_id: string): Promise<Write[]> => {
  const { org_id } = ctx;
  const now = ctx.clock.now();
  const month = monthOf(now);
  const [member, wallet] = await Promise.all([
    Member.get(ctx, { org_id, id: member_id }, { consistent: true }),
    Wallet.get(ctx, { org_id, member_id }, { consistent: true }),
  ]);
  requireNotErased(member);
  const used = member.submissions_month === month ? member.submissions_this_month : 0;
  if (used >= member.monthly_submission_limit)
    throw conflict(
      "monthly_limit_reached",
      `${used} of ${member.monthly_submission_limit} submissions of this month are used; the count starts anew on ${nextMonth(now)}.`,
      {
        limit: member.monthly_submission_limit,
        resets_at: nextMonth(now),
      },
    );
  if (spendable(wallet) < 1)
    throw conflict("insufficient_credits", "No credits to spend: earn some by reposting, or wait for the next grant.", { spendable: spendable(wallet) });
  const at = now.toISOString();
  return Member.writes.patch(ctx, member, { submissions_this_month: used + 1, submissions_month: month, last_submission_at: at, last_activity_at: at });
};

const sealToken = async (ctx: OrgCtx & { readonly vault: Vault }, id: string, token: string | undefined): Promise<{ secret_token?: string }> =>
  token === undefined
    ? {}
    : { secret_token: await ctx.vault.seal(besideClaim(ctx), token, { org_id: ctx.org_id, entity: "Submission", id, field: "secret_token" }) };

const duplicate = async (ctx: OrgCtx, dedupe_key: string): Promise<DomainError | undefined> => {
  const found = await Submission.by.track(ctx, { org_id: ctx.org_id, dedupe_key });
  return found && conflict("duplicate_submission", "This track was submitted for the same party before; see submission_id.", { submission_id: found.id });
};

/**
 * Submits a track for a member or a client. Throws DomainError `not_soundcloud`, `not_a_track`, `one_party`,
 * `unknown_party`, `member_erased`, `unknown_genre`, `duplicate_submission`, `monthly_limit_reached` or `insufficient_credits`.
 */
export const createSubmission = async (ctx: OrgCtx & { readonly vault: Vault }, input: NewSubmission): Promise<Submission> => {
  const track = trackOf(input.track_url);
  const [party, taxonomy] = await Promise.all([partyOf(ctx, input), loadTaxonomy(ctx)]);
  const party_id = party.member?.id ?? party.client!.id;
  const dedupe_key = `${party_id}#${track.track_url}`;
  const id = ctx.ids.uuid();
  const now = ctx.clock.now();
  const { family, subgenres, ...given } = input;
  const genre = genreOf(taxonomy, { family, subgenres }, [input.track_title, track.slug?.replaceAll("-", " ")].filter(Boolean).join(" "));
  const submission = Submission.draft(ctx, {
    ...given,
    ...genre,
    ...(await sealToken(ctx, id, track.secret_token)),
    org_id: ctx.org_id,
    id,
    ...(party.member ? { member_id: party_id } : {}),
    party_id,
    track_url: track.track_url,
    track_kind: track.kind,
    track_key: track.track_url,
    artist_key: track.user ?? "",
    dedupe_key,
    ...(track.kind === "short" ? { status: "qa_flag" as const, qa_reason: "short_link_unresolved" } : {}),
    submitted_at: now.toISOString(),
    submitted_month: monthOf(now),
  });
  const about = { submission_id: id, ...(party.member ? { member_id: party_id } : { client_id: party_id }) };
  await contend(async () => {
    const gate = party.member ? await gatedMember(ctx, party_id) : [];
    const writes = [...Submission.writes.put(ctx, submission), ...gate, ...soundcloudSystem.emit(ctx, SubmissionCreated, about)];
    try {
      await transact(ctx, soundcloud, writes, { pattern: "submissions.create", result: submission });
    } catch (error) {
      throw (isDomainError(error, "track_taken") && (await duplicate(ctx, dedupe_key))) || error;
    }
  });
  return submission;
};
