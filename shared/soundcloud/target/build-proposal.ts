import { type OrgCtx, actorId } from "../../kernel/context.ts";
import { dayOf, daysBetween } from "../../kernel/days.ts";
import { reachFactorMilli } from "../credit/price.ts";
import { spendable } from "../credit/wallet-rules.ts";
import type { Wallet } from "../credit/wallet.ts";
import type { Member } from "../member/member.ts";
import { openNeed } from "../submission/demand.ts";
import type { Submission } from "../submission/submission.ts";
import type { Roster } from "./load-roster.ts";
import { type Candidate, type TargetSelection, selectTargets } from "./select.ts";
import { type SupportHistory, artistKeys } from "./support-history.ts";
import { MOST_TARGETS, TargetProposal, proposalParent } from "./target-proposal.ts";

const HOUR_MS = 3_600_000;
const SHOWN_CONFLICTS = 100;

export interface ProposalInput {
  readonly submission: Submission;
  readonly roster: Roster;
  readonly history: SupportHistory;
  /** The submitting member's wallet; undefined for client work. */
  readonly wallet: Wallet | undefined;
  readonly mode?: "balance" | "size" | undefined;
  readonly count?: number | undefined;
}

/** How many supporters are looked for. */
const countOf = ({ count, submission, roster }: ProposalInput): number => Math.min(MOST_TARGETS, count ?? openNeed(submission, roster.settings));

const handlesOf = (submission: Submission, artist: Member | undefined): ReadonlySet<string> =>
  new Set([artist?.soundcloud_handle, ...artistKeys(submission)].filter((handle) => handle !== undefined));

const candidateOf = (member: Member, input: ProposalInput, artist: Member | undefined, handles: ReadonlySet<string>, today: string): Candidate => {
  const { settings, genres } = input.roster;
  const own = member.soundcloud_handle;
  const since = (day: string | undefined): number | null => (day === undefined ? null : daysBetween(day, today));
  return {
    supporter_id: member.id,
    followers: member.soundcloud_followers,
    size_tier: member.size_tier,
    reach_factor_milli: reachFactorMilli(member.reach_factor ?? settings.default_reach_factor),
    genres: genres(member.genre_pairs),
    is_self: member.id === input.submission.member_id || (own !== undefined && handles.has(own)),
    avoided: member.avoided_handles.some((handle) => handles.has(handle)) || (own !== undefined && (artist?.avoided_handles.includes(own) ?? false)),
    is_linked: member.status === "active" && member.soundcloud_linked,
    days_since_activity: daysBetween(member.last_activity_at.slice(0, 10), today),
    reposted_track_before: input.history.track.has(member.id),
    days_since_artist: since(input.history.artist.get(member.id)),
    free_slots: Math.min(member.daily_capacity, settings.daily_capacity_limit),
    completed: member.completed_count,
    unsuccessful: member.failed_count + member.skipped_count,
    days_since_last: since(member.last_assigned_on),
  };
};

/** The supporters to suggest for a submission, by the pure rules over the roster. README, Targets. */
export const proposeTargets = (input: ProposalInput, today: string): TargetSelection => {
  const { submission, roster, wallet } = input;
  const { settings } = roster;
  const artist = submission.member_id === undefined ? undefined : roster.member.get(submission.member_id);
  const handles = handlesOf(submission, artist);
  return selectTargets({
    genres: roster.genres(submission.genre_pairs),
    candidates: roster.members.map((member) => candidateOf(member, input, artist, handles, today)),
    count: countOf(input),
    mode: input.mode ?? submission.target_band_mode ?? settings.target_band_mode,
    payer: wallet ? { kind: "wallet", spendable: spendable(wallet), cap: wallet.cap } : { kind: "campaign_account" },
    rules: {
      adjacency: settings.adjacency_matrix,
      reach_per_credit: settings.reach_per_credit,
      inactivity_days: settings.inactivity_days,
      recent_artist_days: settings.recent_artist_days,
    },
  });
};

/** A proposal with its targets and why others are not among them, ready to be written. It lives for the setting's hours. */
export const buildProposal = (ctx: OrgCtx, input: ProposalInput): TargetProposal => {
  const now = ctx.clock.now();
  const { submission, roster } = input;
  const selection = proposeTargets(input, dayOf(now));
  const created_by = actorId(ctx.actor);
  const counts: Record<string, number> = {};
  for (const reason of selection.excluded.flatMap(({ reasons }) => reasons)) counts[reason] = (counts[reason] ?? 0) + 1;
  const nearest = selection.excluded.toSorted((a, b) => a.reasons.length - b.reasons.length);
  return TargetProposal.draft(ctx, {
    org_id: ctx.org_id,
    ...proposalParent(submission),
    criteria: {
      mode: input.mode ?? submission.target_band_mode ?? roster.settings.target_band_mode,
      count: Math.max(1, countOf(input)),
      considered: roster.members.length,
      ...(input.wallet ? { credits: spendable(input.wallet) } : {}),
    },
    proposed_targets: selection.targets.map(({ supporter_id, ...target }) => {
      const member = roster.member.get(supporter_id)!;
      return { ...target, member_id: supporter_id, followers: member.soundcloud_followers };
    }),
    total_capacity: selection.total_capacity,
    estimated_credits: selection.estimated_credits,
    expected_reach_min: selection.expected_reach_min,
    expected_reach_planned: selection.expected_reach_planned,
    expected_reach_max: selection.expected_reach_max,
    conflicts: nearest.slice(0, SHOWN_CONFLICTS).map(({ supporter_id, reasons }) => ({ member_id: supporter_id, reasons: [...reasons] })),
    conflict_counts: counts,
    ...(created_by === undefined ? {} : { created_by }),
    expires_at: new Date(now.getTime() + roster.settings.proposal_ttl_hours * HOUR_MS).toISOString(),
  });
};
