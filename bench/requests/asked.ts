import { pick } from "../../tests/support/faults/random.ts";
import { DATE, type Filled } from "./organisation.ts";

/** One request of a client. */
export interface Asked {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** The routes that pages and members' tools call most, each with requests for random items. */
export const mostUsed: Readonly<Record<string, (org: Filled, random: () => number, n: number) => Asked>> = {
  "GET members": () => ({ method: "GET", path: "/soundcloud/members", query: { limit: "50" } }),
  "GET member": ({ member_ids }, random) => ({ method: "GET", path: `/soundcloud/members/${pick(random, member_ids)}` }),
  "GET wallet": ({ member_ids }, random) => ({ method: "GET", path: `/soundcloud/members/${pick(random, member_ids)}/wallet` }),
  "GET ledger": ({ busiest }) => ({ method: "GET", path: `/soundcloud/members/${busiest}/ledger`, query: { limit: "10" } }),
  "GET submissions": () => ({ method: "GET", path: "/soundcloud/submissions", query: { status: "pending", limit: "10" } }),
  "GET submission": ({ submission_ids }, random) => ({ method: "GET", path: `/soundcloud/submissions/${pick(random, submission_ids)}` }),
  "GET queue": () => ({ method: "GET", path: `/soundcloud/queues/${DATE}` }),
  "GET assignments": () => ({ method: "GET", path: "/soundcloud/queue-assignments", query: { date: DATE, limit: "10" } }),
  // One member after the other: each may submit a few tracks a month.
  "POST submission": ({ member_ids }, _random, n) => ({
    method: "POST",
    path: "/soundcloud/submissions",
    body: { member_id: member_ids[n % member_ids.length]!, track_url: `https://soundcloud.com/bench-artist-${n}/track-${n}`, family: "Electronic" },
  }),
  "POST correction": ({ busiest }, _random, n) => ({
    method: "POST",
    path: `/soundcloud/members/${busiest}/credits/adjust`,
    body: { amount: 1, reason: `Correction ${n}.` },
  }),
};
