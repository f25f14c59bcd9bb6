/**
 * Distances of nodes for a shortest-path search, small whole numbers, with the nodes still to visit in one list per
 * distance (Dial's buckets). Distances of `limit` and more are not told apart.
 */
export interface Distances {
  /** Distance of each node so far; `limit` when it was not reached. */
  readonly of: Int32Array;
  readonly limit: number;
  /** No node nearer than this is still to visit. */
  nearest: number;
  readonly list: Int32Array;
  readonly next: Int32Array;
  readonly previous: Int32Array;
  largest: number;
}

const NONE = -1;

export function distancesOf(nodes: number): Distances {
  const limit = 4 * nodes + 16;
  return {
    of: new Int32Array(nodes),
    limit,
    nearest: 0,
    list: new Int32Array(limit).fill(NONE),
    next: new Int32Array(nodes),
    previous: new Int32Array(nodes),
    largest: -1,
  };
}

export function clear(distances: Distances): void {
  distances.of.fill(distances.limit);
  distances.list.fill(NONE, 0, distances.largest + 1);
  distances.nearest = 0;
  distances.largest = -1;
}

/** Notes a distance for a node that is not visited yet, if it is shorter than the one known. */
export function lower(distances: Distances, node: number, distance: number): void {
  const { of, limit, list, next, previous } = distances;
  const known = of[node]!;
  if (distance >= known) return;
  if (known < limit) {
    if (previous[node] === NONE) list[known] = next[node]!;
    else next[previous[node]!] = next[node]!;
    if (next[node] !== NONE) previous[next[node]!] = previous[node]!;
  }
  const head = list[distance]!;
  of[node] = distance;
  previous[node] = NONE;
  next[node] = head;
  if (head !== NONE) previous[head] = node;
  list[distance] = node;
  if (distance > distances.largest) distances.largest = distance;
}

/** Removes and returns the nearest node still to visit; -1 when there is none, `nearest` being `limit` then. */
export function takeNearest(distances: Distances): number {
  const { list, next, previous } = distances;
  while (distances.nearest <= distances.largest) {
    const node = list[distances.nearest]!;
    if (node !== NONE) {
      list[distances.nearest] = next[node]!;
      if (next[node] !== NONE) previous[next[node]!] = NONE;
      return node;
    }
    distances.nearest++;
  }
  distances.nearest = distances.limit;
  return NONE;
}
