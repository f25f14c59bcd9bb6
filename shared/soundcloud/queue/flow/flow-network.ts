/** Arcs of a directed network, one index for each arc. Capacities and costs are whole numbers; costs may be negative. */
export interface Arcs {
  readonly from: ArrayLike<number>;
  readonly to: ArrayLike<number>;
  readonly capacity: ArrayLike<number>;
  readonly cost: ArrayLike<number>;
}

/**
 * A network and the flow on it. Each arc is stored twice, as itself and as its reverse, grouped by the node it leaves:
 * node v owns the positions from `first[v]` to `first[v + 1]`.
 */
export interface FlowNetwork {
  readonly nodes: number;
  readonly first: Int32Array;
  readonly head: Int32Array;
  readonly reverse: Int32Array;
  readonly cost: Float64Array;
  /** What may still be pushed along a position. */
  readonly residual: Int32Array;
  /** Position of each arc of the input. */
  readonly position: Int32Array;
  /** 1 for nodes from which the sink can never be reached again; see `maxFlow`. */
  readonly dead: Uint8Array;
}

/** A network without flow. Positions keep the order of the arcs, so that equal input gives equal results. */
export function flowNetwork(nodes: number, arcs: Arcs): FlowNetwork {
  const count = arcs.from.length;
  const first = new Int32Array(nodes + 1);
  for (let arc = 0; arc < count; arc++) {
    first[arcs.from[arc]! + 1]!++;
    first[arcs.to[arc]! + 1]!++;
  }
  for (let node = 0; node < nodes; node++) first[node + 1]! += first[node]!;
  const next = first.slice(0, nodes);
  const network: FlowNetwork = {
    nodes,
    first,
    head: new Int32Array(2 * count),
    reverse: new Int32Array(2 * count),
    cost: new Float64Array(2 * count),
    residual: new Int32Array(2 * count),
    position: new Int32Array(count),
    dead: new Uint8Array(nodes),
  };
  for (let arc = 0; arc < count; arc++) {
    const [from, to] = [arcs.from[arc]!, arcs.to[arc]!];
    const there = next[from]!++;
    const back = next[to]!++;
    network.position[arc] = there;
    network.head[there] = to;
    network.head[back] = from;
    network.reverse[there] = back;
    network.reverse[back] = there;
    network.cost[there] = arcs.cost[arc]!;
    network.cost[back] = -arcs.cost[arc]!;
    network.residual[there] = arcs.capacity[arc]!;
  }
  return network;
}
