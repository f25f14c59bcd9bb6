import { type Edge, type Roster, match, meetingOf } from "./match.ts";

export interface Supply {
  readonly supporter_id: string;
  /** Assignments that it can still take on this day. */
  readonly capacity: number;
}

export interface Demand {
  readonly submission_id: string;
  readonly artist_id: string;
  /** Whose credits pay; submissions with the same payer share them. Without it, the artist. */
  readonly payer_id?: string | undefined;
  /** Supporters still wanted. */
  readonly needs: number;
  readonly waiting_days: number;
  /** What the payer can spend; null for client work, which the campaign account pays without limit. */
  readonly spendable_credits: number | null;
  /** The live proposal. Scores in hundredths, prices in credits. */
  readonly targets: readonly { readonly supporter_id: string; readonly score: number; readonly price: number }[];
}

/** A pair that must not be assigned on this day, although it was proposed. */
export interface Conflict {
  readonly submission_id: string;
  readonly supporter_id: string;
}

export interface QueueInput {
  readonly supply: readonly Supply[];
  readonly demand: readonly Demand[];
  readonly conflicts?: readonly Conflict[];
}

export interface Assignment {
  /** From 1, without gaps. */
  readonly position: number;
  readonly submission_id: string;
  readonly supporter_id: string;
  readonly artist_id: string;
  readonly score: number;
  readonly price: number;
}

/**
 * Why a supporter has empty slots; the first that applies. `credits`: an assignment could not be paid. `conflict`: a
 * submission wants it, but it may not take that one on this day. `demand_met`: those that wanted it have what they need.
 * `no_demand`: no submission needs anybody. `not_proposed`: none wants it.
 */
export type EmptyReason = "credits" | "conflict" | "demand_met" | "no_demand" | "not_proposed";

/**
 * What kept a submission from its next assignment; the first that applies. `credits`: its payer could not pay. `capacity`: a supporter it wanted
 * has no slot left. `conflict`: those left may not take it on this day. `no_supporter`: its proposal names too few.
 */
export type UnfilledReason = "no_supporter" | "conflict" | "capacity" | "credits";

/** A day's queue. Filled and empty slots add up to the supply; assigned and missing to the demand. */
export interface Queue {
  /** By position: longest waiting first, then the higher score, then ids. */
  readonly assignments: readonly Assignment[];
  /** One for each supporter with empty slots, by id. */
  readonly empty: readonly { readonly supporter_id: string; readonly empty_slots: number; readonly reason: EmptyReason }[];
  /** One for each submission that needs more, by submission id. */
  readonly unfilled: readonly { readonly submission_id: string; readonly missing: number; readonly reason: UnfilledReason }[];
}

/**
 * Builds the fullest queue for one day; see `match` for what is best. The order of the input does not matter: the same
 * sets give the same bytes. Ids must be unique within supply, demand and each proposal; numbers are whole.
 *
 * Credits are looked at afterwards: each payer's assignments are kept in order of score as far as its credits reach.
 */
export function assign(input: QueueInput): Queue {
  const day = dayOf(input);
  const matched = match(day);
  const kept = payable(day, matched);
  const outcome: Outcome = { matched: new Set(matched), kept: new Set(kept) };
  return { assignments: inOrder(day, kept), empty: emptySlots(day, outcome), unfilled: unfilledDemand(day, outcome) };
}

interface Pair extends Edge {
  readonly price: number;
}

/** The pairs of the fullest queue, and those among them that are paid. */
interface Outcome {
  readonly matched: ReadonlySet<Pair>;
  readonly kept: ReadonlySet<Pair>;
}

/** The input in id order, with indices for ids. */
interface Day extends Roster<Pair> {
  readonly supply: readonly Supply[];
  readonly demand: readonly Demand[];
  /** Proposed pairs that cannot be assigned, and why. `supporter` is undefined for one that has no slots at all. */
  readonly barred: readonly { readonly submission: number; readonly supporter: number | undefined; readonly reason: "conflict" | "capacity" }[];
}

function dayOf({ supply, demand, conflicts = [] }: QueueInput): Day {
  const sortedSupply = supply.toSorted(by((one) => one.supporter_id));
  const sortedDemand = demand.toSorted(by((one) => one.submission_id));
  const supporters = new Map(sortedSupply.map(({ supporter_id }, index) => [supporter_id, index]));
  const artists = new Map<string, number>();
  for (const { artist_id } of sortedDemand) if (!artists.has(artist_id)) artists.set(artist_id, artists.size);
  const conflictsOf = Map.groupBy(conflicts, ({ submission_id }) => submission_id);

  const edges: Pair[] = [];
  const barred: Day["barred"][number][] = [];
  sortedDemand.forEach(({ submission_id, targets }, submission) => {
    const conflicting = new Set(conflictsOf.get(submission_id)?.map(({ supporter_id }) => supporter_id));
    for (const { supporter_id, score, price } of targets.toSorted(by((one) => one.supporter_id))) {
      const supporter = supporters.get(supporter_id);
      if (conflicting.has(supporter_id)) barred.push({ submission, supporter, reason: "conflict" });
      else if (supporter === undefined) barred.push({ submission, supporter, reason: "capacity" });
      else edges.push({ submission, supporter, score, price });
    }
  });
  return {
    supply: sortedSupply,
    demand: sortedDemand,
    capacities: sortedSupply.map(({ capacity }) => capacity),
    submissions: sortedDemand.map(({ artist_id, needs, waiting_days }) => ({ artist: artists.get(artist_id)!, needs, waiting_days })),
    edges,
    barred,
  };
}

/** Keeps each payer's pairs by score, then ids, as far as its credits reach; a cheaper one may still fit after a dearer one did not. */
function payable(day: Day, matched: readonly Pair[]): Pair[] {
  const left = new Map<string, number>();
  return matched.toSorted(byScore).filter(({ submission, price }) => {
    const { payer_id, artist_id, spendable_credits } = day.demand[submission]!;
    if (spendable_credits === null) return true;
    const payer = payer_id ?? artist_id;
    const credits = left.get(payer) ?? spendable_credits;
    left.set(payer, price <= credits ? credits - price : credits);
    return price <= credits;
  });
}

function inOrder(day: Day, pairs: readonly Pair[]): Assignment[] {
  const waiting = ({ submission }: Pair) => day.submissions[submission]!.waiting_days;
  return pairs
    .toSorted((a, b) => waiting(b) - waiting(a) || byScore(a, b))
    .map(({ submission, supporter, score, price }, index) => {
      const { submission_id, artist_id } = day.demand[submission]!;
      return { position: index + 1, submission_id, supporter_id: day.supply[supporter]!.supporter_id, artist_id, score, price };
    });
}

/** The matching left no slot empty that could have served a wanting submission: only a rule of the day keeps them apart. */
function emptySlots(day: Day, { matched, kept }: Outcome): Queue["empty"] {
  const assigned = countBy(matched, ({ submission }) => submission);
  const filled = countBy(kept, ({ supporter }) => supporter);
  const lacks = ({ submission }: { submission: number }) => day.submissions[submission]!.needs > (assigned.get(submission) ?? 0);
  const proposed = [...day.edges, ...day.barred];
  const wanted = new Set(proposed.map(({ supporter }) => supporter));
  const lacking = new Set([...day.edges.filter((edge) => !matched.has(edge)), ...day.barred].filter(lacks).map(({ supporter }) => supporter));
  const unpaid = new Set([...matched].filter((pair) => !kept.has(pair)).map(({ supporter }) => supporter));
  const anyDemand = day.submissions.some(({ needs }) => needs > 0);
  const reasonFor = (supporter: number): EmptyReason => {
    if (unpaid.has(supporter)) return "credits";
    if (lacking.has(supporter)) return "conflict";
    if (!anyDemand) return "no_demand";
    return wanted.has(supporter) ? "demand_met" : "not_proposed";
  };
  return day.supply.flatMap(({ supporter_id, capacity }, supporter) => {
    const empty_slots = capacity - (filled.get(supporter) ?? 0);
    return empty_slots > 0 ? [{ supporter_id, empty_slots, reason: reasonFor(supporter) }] : [];
  });
}

function unfilledDemand(day: Day, { matched, kept }: Outcome): Queue["unfilled"] {
  const given = countBy(kept, ({ submission }) => submission);
  const met = new Set(Array.from(matched, (pair) => meetingOf(day, pair)));
  const submissionsOf = (pairs: Iterable<{ submission: number }>) => new Set(Array.from(pairs, ({ submission }) => submission));
  const unmatched = day.edges.filter((edge) => !matched.has(edge));
  const unpaid = submissionsOf([...matched].filter((pair) => !kept.has(pair)));
  const full = submissionsOf([...unmatched.filter((edge) => !met.has(meetingOf(day, edge))), ...day.barred.filter(({ reason }) => reason === "capacity")]);
  const conflicting = submissionsOf([
    ...unmatched.filter((edge) => met.has(meetingOf(day, edge))),
    ...day.barred.filter(({ reason }) => reason === "conflict"),
  ]);
  const reasonFor = (submission: number): UnfilledReason => {
    if (unpaid.has(submission)) return "credits";
    if (full.has(submission)) return "capacity";
    return conflicting.has(submission) ? "conflict" : "no_supporter";
  };
  return day.demand.flatMap(({ submission_id, needs }, submission) => {
    const missing = needs - (given.get(submission) ?? 0);
    return missing > 0 ? [{ submission_id, missing, reason: reasonFor(submission) }] : [];
  });
}

function countBy<T>(values: Iterable<T>, keyOf: (value: T) => number): Map<number, number> {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(keyOf(value), (counts.get(keyOf(value)) ?? 0) + 1);
  return counts;
}

/** Higher scores first, then ids. */
const byScore = (a: Edge, b: Edge): number => b.score - a.score || a.submission - b.submission || a.supporter - b.supporter;

/** By code units, so that the order does not depend on a locale. */
const by =
  <T>(idOf: (value: T) => string) =>
  (a: T, b: T): number =>
    idOf(a) < idOf(b) ? -1 : idOf(a) > idOf(b) ? 1 : 0;
