import type { QueueInput } from "../../../../shared/soundcloud/queue/assign.ts";

interface Pair {
  readonly submission_id: string;
  readonly supporter_id: string;
  readonly artist_id: string;
  readonly waiting_days: number;
  readonly score: number;
  readonly price: number;
}

/** The best queue that can be paid, by trying every set of pairs: most, then waiting days, then score, then the earliest pairs in id order. */
export function bestByBruteForce({ supply, demand, conflicts = [] }: QueueInput): Pair[] {
  const capacity = new Map(supply.map((one) => [one.supporter_id, one.capacity]));
  const needs = new Map(demand.map((one) => [one.submission_id, one.needs]));
  const payer = new Map(demand.map((one) => [one.submission_id, one.spendable_credits === null ? "nobody" : (one.payer_id ?? one.artist_id)]));
  const credits = new Map(demand.map((one) => [payer.get(one.submission_id)!, one.spendable_credits ?? Infinity]));
  const barred = new Set(conflicts.map((one) => `${one.submission_id} ${one.supporter_id}`));
  const pairs = demand
    .flatMap(({ submission_id, artist_id, waiting_days, targets }) =>
      targets.map(({ supporter_id, score, price }) => ({ submission_id, supporter_id, artist_id, waiting_days, score, price })),
    )
    .filter(({ submission_id, supporter_id }) => capacity.has(supporter_id) && !barred.has(`${submission_id} ${supporter_id}`))
    .toSorted((a, b) => compareText(a.submission_id, b.submission_id) || compareText(a.supporter_id, b.supporter_id));

  let best: Pair[] = [];
  const chosen: Pair[] = [];
  const met = new Set<string>();
  const add = (counts: Map<string, number>, key: string, amount: number) => counts.set(key, counts.get(key)! + amount);
  /** Taking a pair is tried before leaving it, so that of equal choices the earliest is met first. */
  const visit = (index: number): void => {
    const pair = pairs[index];
    if (pair === undefined) {
      if (isBetter(chosen, best)) best = [...chosen];
      return;
    }
    const meeting = `${pair.artist_id} ${pair.supporter_id}`;
    const pays = payer.get(pair.submission_id)!;
    const isFree = capacity.get(pair.supporter_id)! > 0 && needs.get(pair.submission_id)! > 0 && !met.has(meeting);
    if (isFree && credits.get(pays)! >= pair.price) {
      add(credits, pays, -pair.price);
      add(capacity, pair.supporter_id, -1);
      add(needs, pair.submission_id, -1);
      met.add(meeting);
      chosen.push(pair);
      visit(index + 1);
      chosen.pop();
      met.delete(meeting);
      add(needs, pair.submission_id, 1);
      add(capacity, pair.supporter_id, 1);
      add(credits, pays, pair.price);
    }
    visit(index + 1);
  };
  visit(0);
  return best;
}

function isBetter(one: readonly Pair[], other: readonly Pair[]): boolean {
  const sum = (pairs: readonly Pair[], field: "waiting_days" | "score") => pairs.reduce((total, pair) => total + pair[field], 0);
  const difference = one.length - other.length || sum(one, "waiting_days") - sum(other, "waiting_days") || sum(one, "score") - sum(other, "score");
  return difference > 0;
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
