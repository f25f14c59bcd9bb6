import { creditsApi } from "../../../functions/soundcloud/credits.api.ts";
import type { TestDatabaseOptions } from "../dynamo.ts";
import { type FaultGate, type FaultOptions, faultGate } from "../faults/gate.ts";
import { randomOf } from "../faults/random.ts";
import { soundcloudWorld } from "../soundcloud.ts";
import { auditRun } from "./audit.ts";
import { planOf } from "./plan.ts";
import { LEASE_MS, type LedgerLane, playOrders } from "./play-orders.ts";

type Wrap = NonNullable<TestDatabaseOptions["wrap"]>;

export interface LedgerRun extends FaultOptions {
  readonly operations: number;
  readonly members: number;
  readonly at_once: number;
  /** How often an order is delivered at most until its answer is definite; 30 unless told. */
  readonly deliveries?: number;
  /** A fault of the code itself, above the gate. */
  readonly mutant?: Wrap;
}
export interface LedgerResult {
  /** What is wrong with the books; empty when they are right. */
  readonly violations: readonly string[];
  readonly gate: FaultGate;
  readonly operations: number;
  readonly refused: number;
}

/** Plays a plan of orders against the real credit code on the engine under faults, then audits the books. */
export const playLedger = async ({ operations, members: count, at_once, deliveries = 30, mutant, ...faults }: LedgerRun): Promise<LedgerResult> => {
  const gate = faultGate(faults);
  const wrap: Wrap = mutant ? (handler) => mutant(gate.wrap(handler)) : gate.wrap;
  const world = await soundcloudWorld({ apis: [creditsApi], wrap });
  const members = await Promise.all(Array.from({ length: count }, () => world.member({ followers: 200_000 }).then(({ id }) => id)));
  const { cap } = await world.wallet(members[0]!);
  const random = randomOf(faults.seed);
  const lane: LedgerLane = { ctx: world.ctx, admin: world.admin.api, attempt: (work) => work() };
  const lanes = Array.from({ length: at_once }, () => lane);
  const passLease = async (): Promise<void> => world.clock.advance(LEASE_MS);
  gate.start();
  const played = await playOrders({ members, lanes, random, deliveries, passLease }, planOf(random, { operations, members: count }));
  await gate.stop();
  const violations = [...played.violations, ...(await auditRun(world.ctx, { members, promised: played.promised, cap }))];
  return { violations, gate, operations: played.operations, refused: played.refused };
};
