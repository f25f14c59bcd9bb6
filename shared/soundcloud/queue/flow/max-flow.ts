import type { FlowNetwork } from "./flow-network.ts";

/**
 * Adds as much flow from `source` to `sink` as the flow already there leaves possible (Dinic: shortest paths, level by level),
 * and returns what was added. May be called for several sources in turn, with one sink: nodes that were cut off from the
 * sink stay so, whatever flow is added later, and are not visited twice.
 */
export function maxFlow(network: FlowNetwork, source: number, sink: number): number {
  const level = new Int32Array(network.nodes);
  const order = new Int32Array(network.nodes);
  const current = new Int32Array(network.nodes);
  let total = 0;
  while (rankByDistance(network, source, sink, level, order)) {
    current.set(network.first.subarray(0, network.nodes));
    for (let pushed = -1; pushed !== 0; total += pushed) pushed = augment(network, source, sink, level, current);
  }
  return total;
}

/** Breadth-first distances from the source (1 there, 0 unreached). When the sink is not reached, all visited nodes are dead. */
function rankByDistance({ first, head, residual, dead }: FlowNetwork, source: number, sink: number, level: Int32Array, order: Int32Array): boolean {
  level.fill(0);
  level[source] = 1;
  order[0] = source;
  let [read, write] = [0, 1];
  while (read < write && level[sink] === 0) {
    const node = order[read++]!;
    for (let at = first[node]!; at < first[node + 1]!; at++) {
      const to = head[at]!;
      if (residual[at]! > 0 && level[to] === 0 && dead[to] === 0) {
        level[to] = level[node]! + 1;
        order[write++] = to;
      }
    }
  }
  if (level[sink] !== 0) return true;
  for (let index = 0; index < write; index++) dead[order[index]!] = 1;
  return false;
}

/** One unit along a path that descends the levels; 0 when none is left. Nodes without a way on lose their level. */
function augment({ first, head, reverse, residual }: FlowNetwork, source: number, sink: number, level: Int32Array, current: Int32Array): number {
  const path: number[] = [];
  let node = source;
  while (node !== sink) {
    const at = current[node]!;
    if (at === first[node + 1]) {
      const entered = path.pop();
      if (entered === undefined) return 0;
      level[node] = 0;
      node = head[reverse[entered]!]!;
      current[node]!++;
    } else if (residual[at]! > 0 && level[head[at]!] === level[node]! + 1) {
      path.push(at);
      node = head[at]!;
    } else {
      current[node]!++;
    }
  }
  for (const at of path) {
    residual[at]!--;
    residual[reverse[at]!]!++;
  }
  return 1;
}
