import { price as priceOf, reach as reachOf } from "../credit/price.ts";
import { SIZE_TIERS, type SizeTier } from "../tier/tier.ts";
import { type ReachEstimate, estimateReach } from "./reach.ts";
import { type AdjacencyMatrix, type Genre, type ScoreParts, type TrackRecord, genreAffinityMilli, reliability, score, scoreParts } from "./score.ts";

/** Reasons why a supporter is left out, in the order in which they are reported. */
export const EXCLUSION_REASONS = [
  "self",
  "avoid_list",
  "account_status",
  "inactive",
  "same_track_before",
  "recent_artist",
  "at_capacity",
  "genre",
  "price_above_cap",
  "insufficient_credits",
] as const;
export type ExclusionReason = (typeof EXCLUSION_REASONS)[number];

/** A supporter, as far as it matters for one track. */
export interface Candidate extends TrackRecord {
  readonly supporter_id: string;
  readonly followers: number;
  readonly size_tier: SizeTier;
  readonly reach_factor_milli: number;
  readonly genres: readonly Genre[];
  readonly is_self: boolean;
  /** Either side avoids the other. */
  readonly avoided: boolean;
  /** The member is active and its SoundCloud account linked. */
  readonly is_linked: boolean;
  readonly days_since_activity: number;
  readonly reposted_track_before: boolean;
  /** Whole days since it last took this artist; null when never. */
  readonly days_since_artist: number | null;
  readonly free_slots: number;
}

/** Who pays: a member by its wallet, or the org's campaign account, which has no limit. */
export type Payer = { readonly kind: "wallet"; readonly spendable: number; readonly cap: number } | { readonly kind: "campaign_account" };

export interface TargetRequest {
  readonly genres: readonly Genre[];
  readonly candidates: readonly Candidate[];
  /** Wanted number of targets. */
  readonly count: number;
  readonly mode: "balance" | "size";
  readonly payer: Payer;
  readonly rules: TargetRules;
}

export interface TargetRules {
  readonly adjacency: AdjacencyMatrix;
  readonly reach_per_credit: number;
  readonly inactivity_days: number;
  readonly recent_artist_days: number;
}

export interface Target {
  readonly supporter_id: string;
  readonly size_tier: SizeTier;
  /** In hundredths: 9,750 means 97.50. */
  readonly score: number;
  readonly parts: ScoreParts;
  /** Listeners. */
  readonly reach: number;
  /** Credits. */
  readonly price: number;
}

export interface TargetSelection extends ReachEstimate {
  /** In the order of selection. */
  readonly targets: readonly Target[];
  /** By supporter id; every reason that applies. */
  readonly excluded: readonly { readonly supporter_id: string; readonly reasons: readonly ExclusionReason[] }[];
  /** Sum of the targets' reach. */
  readonly total_capacity: number;
  /** Sum of the targets' prices. */
  readonly estimated_credits: number;
}

const GENRE_FLOOR_MILLI = 300;

/**
 * Chooses up to `count` supporters for a track.
 * `size` takes the largest reach first; `balance` takes the best score of T4, T3, T2, T1 in turn. Ties go to the higher
 * score, then the lower id. A supporter that the remaining credits cannot pay is passed over and reported.
 */
export function selectTargets(request: TargetRequest): TargetSelection {
  const { candidates, payer, mode, count } = request;
  const rated = candidates.toSorted(bySupporter).map((candidate) => rate(candidate, request));
  const eligible = rated.filter(({ reasons }) => reasons.length === 0);
  const budget = payer.kind === "wallet" ? payer.spendable : Number.POSITIVE_INFINITY;
  const { chosen, unpaid } = mode === "size" ? takeBySize(eligible, count, budget) : takeByRounds(eligible, count, budget);
  const targets = chosen.map(({ target }) => target);
  const excluded = rated.flatMap((one) => {
    const reasons = unpaid.has(one) ? [...one.reasons, "insufficient_credits" as const] : one.reasons;
    return reasons.length === 0 ? [] : [{ supporter_id: one.target.supporter_id, reasons }];
  });
  return {
    targets,
    excluded,
    total_capacity: targets.reduce((sum, { reach }) => sum + reach, 0),
    estimated_credits: targets.reduce((sum, { price }) => sum + price, 0),
    ...estimateReach(chosen.map(({ target, candidate }) => ({ reach: target.reach, reliability: reliability(candidate) }))),
  };
}

interface Rated {
  readonly candidate: Candidate;
  readonly target: Target;
  readonly reasons: readonly ExclusionReason[];
}

function rate(candidate: Candidate, { genres, payer, rules }: TargetRequest): Rated {
  const { supporter_id, size_tier, followers, reach_factor_milli } = candidate;
  const affinity = genreAffinityMilli(genres, candidate.genres, rules.adjacency);
  const price = priceOf(followers, reach_factor_milli, rules.reach_per_credit);
  const target: Target = {
    supporter_id,
    size_tier,
    score: score(affinity, candidate),
    parts: scoreParts(affinity, candidate),
    reach: reachOf(followers, reach_factor_milli),
    price,
  };
  const applies: Record<ExclusionReason, boolean> = {
    self: candidate.is_self,
    avoid_list: candidate.avoided,
    account_status: !candidate.is_linked,
    inactive: candidate.days_since_activity > rules.inactivity_days,
    same_track_before: candidate.reposted_track_before,
    recent_artist: candidate.days_since_artist !== null && candidate.days_since_artist < rules.recent_artist_days,
    at_capacity: candidate.free_slots <= 0,
    genre: affinity < GENRE_FLOOR_MILLI,
    price_above_cap: payer.kind === "wallet" && price > payer.cap,
    insufficient_credits: payer.kind === "wallet" && price > payer.spendable,
  };
  return { candidate, target, reasons: EXCLUSION_REASONS.filter((reason) => applies[reason]) };
}

interface Choice {
  readonly chosen: readonly Rated[];
  /** Passed over because the credits left could not pay them. */
  readonly unpaid: ReadonlySet<Rated>;
}

function takeBySize(eligible: readonly Rated[], count: number, budget: number): Choice {
  const queue = eligible.toSorted((a, b) => b.target.reach - a.target.reach || byScore(a, b));
  return take(queue, count, budget);
}

/** Walks tier by tier, largest first, one supporter each, until the wanted number, the supporters or the credits end. */
function takeByRounds(eligible: readonly Rated[], count: number, budget: number): Choice {
  const tiers = SIZE_TIERS.toReversed().map((name) => eligible.filter(({ target }) => target.size_tier === name).toSorted(byScore));
  const chosen: Rated[] = [];
  const unpaid = new Set<Rated>();
  let left = budget;
  while (chosen.length < count && tiers.some((queue) => queue.length > 0)) {
    for (const queue of tiers) {
      if (chosen.length === count) break;
      const choice = take(queue, 1, left);
      queue.splice(0, choice.chosen.length + choice.unpaid.size);
      for (const one of choice.unpaid) unpaid.add(one);
      for (const one of choice.chosen) {
        chosen.push(one);
        left -= one.target.price;
      }
    }
  }
  return { chosen, unpaid };
}

/** Takes from the front what can be paid, up to `count`. Credits only dwindle, so what is passed over stays out. */
function take(queue: readonly Rated[], count: number, budget: number): Choice {
  const chosen: Rated[] = [];
  const unpaid = new Set<Rated>();
  let left = budget;
  for (const one of queue) {
    if (chosen.length === count) break;
    if (one.target.price > left) {
      unpaid.add(one);
    } else {
      chosen.push(one);
      left -= one.target.price;
    }
  }
  return { chosen, unpaid };
}

const bySupporter = (a: Candidate, b: Candidate): number => (a.supporter_id < b.supporter_id ? -1 : a.supporter_id > b.supporter_id ? 1 : 0);
/** Expects a stable sort over candidates in id order. */
const byScore = (a: Rated, b: Rated): number => b.target.score - a.target.score;
