import { beforeAll, describe, expect, it } from "vitest";
import { atSize, figures } from "../support/figures.ts";
import { loadApis, operationsOf } from "../support/matrix/operations.ts";
import { type Repeats, repeatOperation, repeatsWorld } from "../support/repeats/repeats.ts";

const TIMEOUT_MS = atSize({ test: 60_000, soak: 1_800_000 });
/** Of all that take a key, one of each kind: what its effect is. */
const KINDS = [
  "identity.invite", // an item, and a mail by the outbox
  "social.createEvents", // messages alone
  "social.createReconciliation", // an item, and a message after it
  "social.connectAccount", // an item with what a vault has sealed
  "social.publishNow", // a change of state
  "soundcloud.adjustCredits", // a movement in the ledger
  "soundcloud.skipAssignment", // a change of state whose reply is made when it is sent
  "soundcloud.createSubmission", // several items, some of which others count
];
/** What no seed tells, and no two requests have in common. */
const DRAWN = /\/(secret|secret_hash|last_four|access_token)$/;

const keyed = operationsOf(await loadApis()).filter(({ route }) => route.idempotent);
const tried = atSize({ test: keyed.filter(({ id }) => KINDS.includes(id)), soak: keyed });
const counted = { operations: 0, calls: 0, points: 0 };
let world: Repeats;
beforeAll(async () => {
  world = await repeatsWorld();
});

describe("a request with an Idempotency-Key, stopped before and after each of its calls and sent again", () => {
  it.each(tried)(
    "$id has one effect and one reply",
    async (operation) => {
      const { reply, calls, points, faults, drawn } = await repeatOperation(world, operation);
      expect(reply.status, `Nothing succeeds; give it a scene in tests/support/fuzz/scenes.ts. ${JSON.stringify(reply.problem)}`).toBeLessThan(300);
      expect(drawn.filter((at) => !DRAWN.test(at))).toEqual([]);
      expect(faults.slice(0, 10), `${faults.length} differences`).toEqual([]);
      expect(points).toBe(2 * calls);
      counted.operations += 1;
      counted.calls += calls;
      counted.points += points;
    },
    TIMEOUT_MS,
  );

  it("is every one", () => {
    expect(keyed.length).toBeGreaterThanOrEqual(60);
    expect(counted.operations).toBe(atSize({ test: KINDS.length, soak: keyed.length }));
    // Who calls, the claim and the effect are three calls at least.
    expect(counted.calls).toBeGreaterThanOrEqual(3 * counted.operations);
    figures("R3", { operations: counted.operations, "stopped and sent again": counted.points, "effects or replies that differ": 0 });
  });
});
