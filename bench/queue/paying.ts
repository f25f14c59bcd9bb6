import { type Demand, type QueueInput, assign } from "../../shared/soundcloud/queue/assign.ts";
import { pick, randomOf } from "../../tests/support/faults/random.ts";
import { bestByBruteForce } from "../../tests/unit/soundcloud/queue/brute-force.ts";
import { mostAssignments } from "../../tests/unit/soundcloud/queue/most-assignments.ts";

const CASES = 1_000;
const [MEMBERS, TRACKS, TARGETS] = [5, 6, 4];

/** Who pays for a submission; undefined when nobody's credits do. */
const payerOf = ({ payer_id, artist_id, spendable_credits }: Demand): string | undefined => (spendable_credits === null ? undefined : (payer_id ?? artist_id));

/**
 * The same roster with prices by supporter and with artists who pay, but for each fourth. A proposal names no more than
 * its artist could pay when it was made; an artist's tracks share its credits, of which some are promised since.
 */
export const paying = ({ supply, demand }: QueueInput, random: () => number): QueueInput => {
  const prices = new Map(supply.map(({ supporter_id }) => [supporter_id, pick(random, [1, 1, 2, 3, 4])]));
  const had = new Map(demand.map(({ artist_id }) => [artist_id, pick(random, [null, 2, 4, 8])]));
  const promised = new Map(demand.map(({ artist_id }) => [artist_id, pick(random, [0, 0, 1, 3])]));
  return {
    supply,
    demand: demand.map((one) => {
      const credits = had.get(one.artist_id)!;
      let left = credits ?? Infinity;
      const priced = one.targets.map((target) => ({ ...target, price: prices.get(target.supporter_id)! }));
      const targets = priced.filter(({ price }) => {
        const isPaid = price <= left;
        if (isPaid) left -= price;
        return isPaid;
      });
      return { ...one, targets, spendable_credits: credits === null ? null : Math.max(0, credits - promised.get(one.artist_id)!) };
    }),
  };
};

/**
 * What no queue that is paid can exceed. The second method knows no budgets: each submission is given only as many
 * supporters as its payer's credits buy of its cheapest, as if that were the payer's only one.
 */
export const mostPaid = ({ supply, demand }: QueueInput): number =>
  mostAssignments({
    supply,
    demand: demand.map((one) => {
      let left = one.spendable_credits ?? Infinity;
      const prices = one.targets.map(({ price }) => price).toSorted((a, b) => a - b);
      const bought = prices.filter((price) => (left -= price) >= 0).length;
      const targets = one.targets.filter(({ price }) => price <= (one.spendable_credits ?? Infinity));
      return { ...one, targets, needs: Math.min(one.needs, bought) };
    }),
  });

/** How many are assigned; throws when somebody would pay more than it has. */
export const filledWithin = (input: QueueInput): number => {
  const { assignments } = assign(input);
  const demand = new Map(input.demand.map((one) => [one.submission_id, one]));
  const left = new Map(input.demand.map((one) => [payerOf(one), one.spendable_credits ?? Infinity]));
  for (const { submission_id, price } of assignments) {
    const payer = payerOf(demand.get(submission_id)!);
    left.set(payer, left.get(payer)! - price);
    if (left.get(payer)! < 0) throw new Error(`${payer} would pay more than it has.`);
  }
  return assignments.length;
};

const smallCase = (seed: number): QueueInput => {
  const random = randomOf(seed);
  const below = (bound: number): number => Math.floor(random() * bound);
  const members = Array.from({ length: MEMBERS }, (_, n) => `m${n}`);
  const input: QueueInput = {
    supply: members.map((supporter_id) => ({ supporter_id, capacity: 1 + below(2) })),
    demand: Array.from({ length: TRACKS }, (_, n) => ({
      submission_id: `s${n}`,
      artist_id: `a${below(4)}`,
      needs: 1 + below(2),
      waiting_days: below(3),
      spendable_credits: null,
      targets: members
        .slice(below(MEMBERS - TARGETS + 1))
        .slice(0, TARGETS)
        .map((supporter_id) => ({ supporter_id, score: 1 + below(9_000), price: 1 })),
    })),
  };
  return paying(input, random);
};

export interface SmallCases {
  readonly cases: number;
  /** Of the optimum. */
  readonly worst: number;
  readonly all: number;
  /** Cases of which another queue fills more. */
  readonly short: number;
}

/** Small rosters beside the fullest queue that can be paid, by trying every one. */
export const smallCases = (): SmallCases => {
  const measured = Array.from({ length: CASES }, (_, n) => smallCase(n + 1)).map((input) => ({
    filled: filledWithin(input),
    best: bestByBruteForce(input).length,
  }));
  if (measured.some(({ filled, best }) => filled > best)) throw new Error("More was filled than every queue allows.");
  const sum = (of: "filled" | "best"): number => measured.reduce((total, one) => total + one[of], 0);
  return {
    cases: CASES,
    worst: Math.min(...measured.map(({ filled, best }) => (best === 0 ? 1 : filled / best))),
    all: sum("filled") / sum("best"),
    short: measured.filter(({ filled, best }) => filled < best).length,
  };
};
