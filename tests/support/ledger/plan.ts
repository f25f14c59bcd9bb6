import { pick } from "../faults/random.ts";

/** One order to the ledger. A repost goes through its phases in order; each order may be delivered twice. */
export type Order =
  | { readonly kind: "adjust"; readonly member: number; readonly amount: number; readonly key: string }
  | { readonly kind: "grant"; readonly member: number; readonly month: string }
  | { readonly kind: "repost"; readonly payer: number; readonly supporter: number; readonly price: number; readonly phases: readonly Phase[] };
export type Phase = "reserve" | "settle" | "refund" | "release";

const MONTHS = ["2026-12", "2027-01", "2027-02", "2027-03"];
const ENDS: readonly (readonly Phase[])[] = [
  ["reserve", "settle"],
  ["reserve", "settle"],
  ["reserve", "settle", "refund"],
  ["reserve", "release"],
  ["reserve"],
];

/** Orders until they have at least `operations` operations, over `members` members. */
export const planOf = (random: () => number, { operations, members }: { readonly operations: number; readonly members: number }): Order[] => {
  const whole = (below: number): number => Math.floor(random() * below);
  const orders: Order[] = [];
  for (let count = 0; count < operations;) {
    const chance = random();
    const member = whole(members);
    const order: Order =
      chance < 0.35
        ? { kind: "adjust", member, amount: (whole(5) + 1) * (random() < 0.4 ? -1 : 1), key: `correction-${orders.length}` }
        : chance < 0.5
          ? { kind: "grant", member, month: pick(random, MONTHS) }
          : { kind: "repost", payer: member, supporter: (member + 1 + whole(members - 1)) % members, price: 1 + whole(3), phases: pick(random, ENDS) };
    orders.push(order);
    count += order.kind === "repost" ? order.phases.length : 1;
  }
  return orders;
};
