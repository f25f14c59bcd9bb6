import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { flowNetwork } from "../../../../shared/soundcloud/queue/flow/flow-network.ts";
import { leastCost } from "../../../../shared/soundcloud/queue/flow/least-cost.ts";
import { maxFlow } from "../../../../shared/soundcloud/queue/flow/max-flow.ts";

const NODES = 14;
const arc = fc.record({
  from: fc.nat({ max: NODES - 1 }),
  to: fc.nat({ max: NODES - 1 }),
  capacity: fc.nat({ max: 4 }),
  cost: fc.integer({ min: -50, max: 50 }),
});
const network = fc.array(arc, { maxLength: 60 }).map((arcs) => arcs.filter(({ from, to }) => from !== to));

const columns = (arcs: readonly { from: number; to: number; capacity: number; cost: number }[]) => ({
  from: arcs.map(({ from }) => from),
  to: arcs.map(({ to }) => to),
  capacity: arcs.map(({ capacity }) => capacity),
  cost: arcs.map(({ cost }) => cost),
});

describe("maxFlow", () => {
  it("leaves a cut without room between source and sink, as wide as the flow", () => {
    fc.assert(
      fc.property(network, (arcs) => {
        const flow = flowNetwork(NODES, columns(arcs));
        const value = maxFlow(flow, 0, NODES - 1);
        const cut = arcs.filter(({ from, to }) => flow.dead[from] === 1 && flow.dead[to] === 0);
        expect(flow.dead[NODES - 1]).toBe(0);
        expect(cut.reduce((sum, { capacity }) => sum + capacity, 0)).toBe(value);
      }),
      { numRuns: 300, seed: 1 },
    );
  });
});

describe("leastCost", () => {
  it("keeps every node's balance and returns prices that prove the cost least", () => {
    fc.assert(
      fc.property(network, (arcs) => {
        const flow = flowNetwork(NODES, columns(arcs));
        maxFlow(flow, 0, NODES - 1);
        const carried = () => arcs.map((_, index) => flow.residual[flow.reverse[flow.position[index]!]!]!);
        const balances = () => {
          const amounts = Array.from({ length: NODES }, () => 0);
          carried().forEach((amount, index) => {
            amounts[arcs[index]!.from]! -= amount;
            amounts[arcs[index]!.to]! += amount;
          });
          return amounts;
        };
        const before = balances();
        const price = leastCost(flow);
        expect(balances()).toEqual(before);
        arcs.forEach(({ from, to, capacity, cost }, index) => {
          const amount = carried()[index]!;
          const reduced = cost + price[from]! - price[to]!;
          expect(amount).toBeGreaterThanOrEqual(0);
          expect(amount).toBeLessThanOrEqual(capacity);
          if (amount < capacity) expect(reduced).toBeGreaterThanOrEqual(0);
          if (amount > 0) expect(reduced).toBeLessThanOrEqual(0);
        });
      }),
      { numRuns: 500, seed: 2 },
    );
  });
});
