import { type Distances, clear, distancesOf, lower, takeNearest } from "./distances.ts";
import type { FlowNetwork } from "./flow-network.ts";
import { type NodeQueue, nodeQueueOf, put, take } from "./node-queue.ts";

/** How much finer each round of scaling is. */
const SCALE = 8;

/**
 * Reroutes the flow of a network so that its cost is the least among all flows with the same inflow and outflow at every node.
 *
 * Cost scaling by push and relabel (Goldberg and Tarjan): every node has a price, and a flow is ε-optimal when no position
 * with room has a reduced cost below −ε. Each round divides ε by 8 and repairs the flow. Costs are multiplied by more
 * than the number of nodes first, so that the last round, with ε = 1, leaves no cycle of negative cost.
 *
 * Returns whole prices that prove it: cost + price of the tail − price of the head is at least 0 wherever there is room.
 */
export function leastCost(network: FlowNetwork): Float64Array {
  const scale = network.nodes + 1;
  const state: Scaling = {
    ...network,
    cost: network.cost.map((value) => value * scale),
    price: new Float64Array(network.nodes),
    excess: new Int32Array(network.nodes),
    current: new Int32Array(network.nodes),
    active: nodeQueueOf(network.nodes),
    distances: distancesOf(network.nodes),
  };
  let epsilon = state.cost.reduce((largest, value) => Math.max(largest, value), 0);
  if (8 * SCALE * network.nodes * epsilon > Number.MAX_SAFE_INTEGER)
    throw new RangeError("The network is too large for its costs: prices would not stay exact.");
  while (epsilon > 1) {
    epsilon = Math.max(1, Math.floor(epsilon / SCALE));
    refine(state, epsilon);
  }
  return wholePrices(
    network,
    state.price.map((value) => Math.floor(value / scale)),
    state.active,
  );
}

/** Raises prices that are off by rounding until no position with room has a negative reduced cost. */
function wholePrices({ nodes, first, head, reverse, residual, cost }: FlowNetwork, price: Float64Array, changed: NodeQueue): Float64Array {
  const waiting = new Uint8Array(nodes).fill(1);
  for (let node = 0; node < nodes; node++) put(changed, node);
  for (let node = take(changed); node !== -1; node = take(changed)) {
    waiting[node] = 0;
    for (let at = first[node]!; at < first[node + 1]!; at++) {
      const from = head[at]!;
      const back = reverse[at]!;
      const least = price[node]! - cost[back]!;
      if (residual[back]! === 0 || price[from]! >= least) continue;
      price[from] = least;
      if (waiting[from] === 0) put(changed, from);
      waiting[from] = 1;
    }
  }
  return price;
}

interface Scaling extends FlowNetwork {
  readonly price: Float64Array;
  readonly excess: Int32Array;
  readonly current: Int32Array;
  /** Nodes with excess. */
  readonly active: NodeQueue;
  readonly distances: Distances;
}

/** Makes an ε-optimal flow out of one that is so for a larger ε. */
function refine(state: Scaling, epsilon: number): void {
  const { nodes, active, current, first } = state;
  saturate(state);
  current.set(first.subarray(0, nodes));
  updatePrices(state, epsilon);
  let relabels = 0;
  for (let node = take(active); node !== -1; node = take(active)) {
    relabels += discharge(state, node, epsilon);
    if (relabels > nodes) {
      updatePrices(state, epsilon);
      relabels = 0;
    }
  }
}

/** Fills every position of negative reduced cost; what that leaves over or short becomes excess. */
function saturate({ nodes, first, head, reverse, residual, cost, price, excess, active }: Scaling): void {
  for (let node = 0; node < nodes; node++) {
    for (let at = first[node]!; at < first[node + 1]!; at++) {
      const to = head[at]!;
      const room = residual[at]!;
      if (room === 0 || cost[at]! + price[node]! - price[to]! >= 0) continue;
      residual[at] = 0;
      residual[reverse[at]!]! += room;
      excess[node]! -= room;
      excess[to]! += room;
    }
  }
  for (let node = 0; node < nodes; node++) if (excess[node]! > 0) put(active, node);
}

/** Pushes a node's excess on along positions of negative reduced cost, lowering its price when there is none. Returns the number of relabels. */
function discharge({ first, head, reverse, residual, cost, price, excess, current, active }: Scaling, node: number, epsilon: number): number {
  const [begin, end] = [first[node]!, first[node + 1]!];
  let relabels = 0;
  let left = excess[node]!;
  let at = current[node]!;
  let own = price[node]!;
  while (left > 0) {
    if (at === end) {
      let best = Number.NEGATIVE_INFINITY;
      for (let other = begin; other < end; other++) {
        if (residual[other]! === 0) continue;
        const bound = price[head[other]!]! - cost[other]!;
        if (bound > best) best = bound;
      }
      own = best - epsilon;
      relabels++;
      at = begin;
    }
    const to = head[at]!;
    if (residual[at]! > 0 && cost[at]! + own - price[to]! < 0) {
      const amount = Math.min(left, residual[at]!);
      residual[at]! -= amount;
      residual[reverse[at]!]! += amount;
      left -= amount;
      const before = excess[to]!;
      excess[to] = before + amount;
      if (before <= 0 && before + amount > 0) put(active, to);
      if (left === 0) break;
    }
    at++;
  }
  excess[node] = 0;
  current[node] = at;
  price[node] = own;
  return relabels;
}

/**
 * Lowers prices all at once so that every node with excess gets a path of negative reduced costs to a node that is short.
 * A node's distance is how many times ε its price may fall while the flow stays ε-optimal: the shortest way to a shortage,
 * each position counting its reduced cost in whole ε, plus one. Nodes farther than the last one with excess fall as far as that one.
 */
function updatePrices(state: Scaling, epsilon: number): void {
  const { nodes, first, head, reverse, residual, cost, price, excess, current, distances } = state;
  let waiting = 0;
  clear(distances);
  for (let node = 0; node < nodes; node++) {
    if (excess[node]! < 0) lower(distances, node, 0);
    else if (excess[node]! > 0) waiting++;
  }
  let node = -1;
  while (waiting > 0 && (node = takeNearest(distances)) !== -1) {
    if (excess[node]! > 0) waiting--;
    const near = distances.of[node]!;
    for (let at = first[node]!; at < first[node + 1]!; at++) {
      const from = head[at]!;
      if (residual[reverse[at]!]! === 0 || distances.of[from]! <= near) continue;
      const length = Math.floor((price[from]! - price[node]! - cost[at]!) / epsilon) + 1;
      lower(distances, from, near + length);
    }
  }
  const farthest = distances.nearest;
  for (let each = 0; each < nodes; each++) price[each]! -= epsilon * Math.min(distances.of[each]!, farthest);
  current.set(first.subarray(0, nodes));
}
