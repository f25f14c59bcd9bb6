import { creditsApi } from "../../../functions/soundcloud/credits.api.ts";
import { identity } from "../../../shared/identity/table.ts";
import type { Database } from "../../../shared/kernel/table/database.ts";
import { soundcloud } from "../../../shared/soundcloud/table.ts";
import { auditHistories, auditRun } from "../ledger/audit.ts";
import { planOf } from "../ledger/plan.ts";
import { LEASE_MS, type LedgerLane, playOrders } from "../ledger/play-orders.ts";
import { type SoundcloudWorld, soundcloudWorld } from "../soundcloud.ts";
import type { Rates, SimulatedFault } from "./faults.ts";
import { type Simulated, type Simulation, simulate } from "./simulation.ts";

export interface SimulatedLedgerRun {
  readonly seed: number;
  readonly operations: number;
  readonly members: number;
  readonly at_once: number;
  readonly kinds?: readonly SimulatedFault[];
  readonly rates?: Rates;
  /** A mistake of the code itself. */
  readonly mutant?: ((db: Database) => Database) | undefined;
}
export interface SimulatedLedger {
  readonly violations: readonly string[];
  readonly operations: number;
  readonly refused: number;
}

/** However bad a run's faults are, an order gets through in the end. */
const DELIVERIES = 200;
export const TABLES = [soundcloud, identity];

/** The world of a simulation, set up at once and without faults. */
export const simulatedWorld = ({ clock, ids, store }: Simulation): Promise<SoundcloudWorld> =>
  soundcloudWorld({ apis: [creditsApi], host: { clock, ids, db: store.db } });

/** Plays a plan of orders against the real credit code in the simulator, then audits the books. */
export const simulateLedger = ({ operations, members: count, at_once, ...options }: SimulatedLedgerRun): Promise<Simulated<SimulatedLedger>> =>
  simulate({ ...options, tables: TABLES }, async (simulation) => {
    const { random, sleep } = simulation;
    const world = await simulatedWorld(simulation);
    const members: string[] = [];
    for (let member = 0; member < count; member++) members.push((await world.member({ followers: 200_000 })).id);
    const { cap } = await world.wallet(members[0]!);
    const lanes = Array.from({ length: at_once }, (): LedgerLane => {
      const { db, run } = simulation.lane();
      return { ctx: { ...world.ctx, db }, admin: world.clientOn(db).as({ token: world.admin.token, org: world.org_id }), attempt: run };
    });
    simulation.begin();
    const played = await playOrders(
      { members, lanes, random, deliveries: DELIVERIES, passLease: () => sleep(LEASE_MS) },
      planOf(random, { operations, members: count }),
    );
    simulation.end();
    await sleep(SETTLED_MS);
    const violations = [
      ...played.violations,
      ...(await auditRun(world.ctx, { members, promised: played.promised, cap })),
      ...(await auditHistories(world.ctx)),
    ];
    return { violations, operations: played.operations, refused: played.refused };
  });

/** By then every write that was late has arrived, and the indexes show everything. */
const SETTLED_MS = 120_000;
