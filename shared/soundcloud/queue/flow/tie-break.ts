import type { FlowNetwork } from "./flow-network.ts";

/** Positions that one search looks at, at most: enough to be exact for rosters of some dozens, cheap for tens of thousands. */
const SEARCH_LIMIT = 1_000;

/**
 * Moves a flow of least cost to one of equal cost that uses the earlier arcs of a range, and returns which of them carry
 * flow. Each arc in turn is taken if flow can be led around a cycle of cost 0 through it without changing an arc before
 * it. The range must hold arcs of capacity 1, and `price` must prove the cost least; see `leastCost`. The arcs of the
 * range lose their room: the network is of no further use. A search ends after 1,000 positions, so that a large network
 * full of ties settles for a nearly earliest choice; equal input still gives equal output.
 */
export function preferEarlier(network: FlowNetwork, price: Float64Array, firstArc: number, count: number): Uint8Array {
  const { position, residual, reverse } = network;
  const taken = new Uint8Array(count);
  const search = searchOf(network, price);
  for (let index = 0; index < count; index++) {
    const there = position[firstArc + index]!;
    const back = reverse[there]!;
    if (residual[there]! > 0 && search.isTight(there) && search.leadBack(there)) taken[index] = 1;
    else taken[index] = residual[back]!;
    residual[there] = 0;
    residual[back] = 0;
  }
  return taken;
}

/** Breadth-first searches along positions with room and reduced cost 0; any cycle of those changes no cost. */
function searchOf({ nodes, first, head, reverse, residual, cost }: FlowNetwork, price: Float64Array) {
  const seenIn = new Int32Array(nodes);
  const enteredBy = new Int32Array(nodes);
  const order = new Int32Array(nodes);
  let round = 0;

  const isTight = (at: number): boolean => cost[at]! + price[head[reverse[at]!]!]! === price[head[at]!]!;

  /** Pushes one unit along a cycle through the position; false when none was found. */
  function leadBack(through: number): boolean {
    const [start, goal] = [head[through]!, head[reverse[through]!]!];
    let looked = 0;
    let [read, write] = [0, 1];
    order[0] = start;
    seenIn[start] = ++round;
    while (read < write && looked < SEARCH_LIMIT) {
      const node = order[read++]!;
      for (let at = first[node]!; at < first[node + 1]! && looked < SEARCH_LIMIT; at++, looked++) {
        const to = head[at]!;
        if (residual[at]! === 0 || seenIn[to] === round || !isTight(at)) continue;
        seenIn[to] = round;
        enteredBy[to] = at;
        order[write++] = to;
        if (to === goal) {
          pushBack(start, goal);
          return true;
        }
      }
    }
    return false;
  }

  /** The unit on the position searched through is noted by the caller, which takes the position out anyway. */
  function pushBack(start: number, goal: number): void {
    for (let node = goal; node !== start; node = head[reverse[enteredBy[node]!]!]!) {
      residual[enteredBy[node]!]!--;
      residual[reverse[enteredBy[node]!]!]!++;
    }
  }

  return { isTight, leadBack };
}
