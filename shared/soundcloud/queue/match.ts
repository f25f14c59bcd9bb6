import { flowNetwork } from "./flow/flow-network.ts";
import { leastCost } from "./flow/least-cost.ts";
import { maxFlow } from "./flow/max-flow.ts";
import { preferEarlier } from "./flow/tie-break.ts";

/** One submission's side of a day: supporters, submissions and artists are indices, in id order. */
export interface Roster<E extends Edge = Edge> {
  /** Slots of each supporter. */
  readonly capacities: readonly number[];
  readonly submissions: readonly { readonly artist: number; readonly needs: number; readonly waiting_days: number }[];
  /** Pairs that may be assigned, by submission, then supporter. Scores are whole numbers, 0 or more. */
  readonly edges: readonly E[];
}

export interface Edge {
  readonly submission: number;
  readonly supporter: number;
  readonly score: number;
}

/**
 * Chooses edges so that as many as possible are taken; among all such choices the sum of waiting days is the greatest,
 * and among those the sum of scores. No supporter exceeds its slots or takes an artist twice, no submission gets more than it needs.
 *
 * Submissions of equal waiting time form a class. How many edges each class can win when longer waiting goes first is
 * the same in every best choice, since the sets of submissions that can be served together form a matroid. So maximum
 * flows from one class after the other settle count and waiting days, and rerouting at least cost, with each class's
 * total kept, settles the scores.
 */
export function match<E extends Edge>(roster: Roster<E>): E[] {
  const { network, classes, sink, firstEdge } = networkOf(roster);
  for (const source of classes) maxFlow(network, source, sink);
  const prices = leastCost(network);
  const taken = preferEarlier(network, prices, firstEdge, roster.edges.length);
  return roster.edges.filter((_, edge) => taken[edge] === 1);
}

/** A number for the pair of artist and supporter, which may meet once. */
export function meetingOf({ capacities, submissions }: Roster, { submission, supporter }: Edge): number {
  return submissions[submission]!.artist * capacities.length + supporter;
}

/** Class → submission → gate, where an artist could meet a supporter twice → supporter → sink. */
function networkOf(roster: Roster) {
  const { capacities, submissions, edges } = roster;
  const firstSubmission = capacities.length;
  const firstClass = firstSubmission + submissions.length;
  const waiting = [...new Set(submissions.map(({ waiting_days }) => waiting_days))].toSorted((a, b) => b - a);
  const classOf = new Map(waiting.map((days, index) => [days, firstClass + index]));
  const sink = firstClass + waiting.length;
  const gates = gatesOf(roster, sink + 1);
  /** The number of edges taken is settled before costs count, so they may count from the best score: equal scores cost nothing. */
  const best = edges.reduce((highest, { score }) => Math.max(highest, score), 0);

  const arcs = { from: [] as number[], to: [] as number[], capacity: [] as number[], cost: [] as number[] };
  const addArc = (from: number, to: number, capacity: number, cost = 0) => {
    arcs.from.push(from);
    arcs.to.push(to);
    arcs.capacity.push(capacity);
    arcs.cost.push(cost);
  };
  submissions.forEach(({ needs, waiting_days }, index) => addArc(classOf.get(waiting_days)!, firstSubmission + index, needs));
  const firstEdge = arcs.from.length;
  for (const edge of edges) addArc(firstSubmission + edge.submission, gates.get(meetingOf(roster, edge)) ?? edge.supporter, 1, best - edge.score);
  for (const [meeting, gate] of gates) addArc(gate, meeting % capacities.length, 1);
  capacities.forEach((capacity, supporter) => addArc(supporter, sink, capacity));
  return { network: flowNetwork(sink + 1 + gates.size, arcs), classes: [...classOf.values()], sink, firstEdge };
}

/** Nodes for the meetings that more than one edge leads to; a gate lets one of them through. */
function gatesOf(roster: Roster, firstGate: number): Map<number, number> {
  const once = new Set<number>();
  const gates = new Map<number, number>();
  for (const edge of roster.edges) {
    const meeting = meetingOf(roster, edge);
    if (once.has(meeting) && !gates.has(meeting)) gates.set(meeting, firstGate + gates.size);
    once.add(meeting);
  }
  return gates;
}
