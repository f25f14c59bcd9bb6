import { PlatformEnabled } from "../../../events/identity/platform-enabled.v1.ts";
import { GrantCredits } from "../../../events/soundcloud/grant-credits.v1.ts";
import { grantCreditsWorker } from "../../../functions/soundcloud/grant-credits.worker.ts";
import { provisionOrgWorker } from "../../../functions/soundcloud/provision-org.worker.ts";
import type { OrgCtx } from "../../../shared/kernel/context.ts";
import { commandsOver } from "../../../shared/kernel/queue/commands.ts";
import { every } from "../../../shared/kernel/table/every.ts";
import { createMember } from "../../../shared/soundcloud/member/create-member.ts";
import { Settings } from "../../../shared/soundcloud/settings/settings.ts";
import type { Wallet } from "../../../shared/soundcloud/credit/wallet.ts";
import { GenreFamily } from "../../../shared/soundcloud/taxonomy/genre-family.ts";
import { testCtx, testLog } from "../dynamo.ts";
import { shuffled } from "../faults/random.ts";
import { auditBook, bookOf } from "../ledger/audit.ts";
import { MOST_LAG_MS, type SimulatedFault } from "./faults.ts";
import { type Handler, MAX_RECEIVES, type Message, type SimulatedQueue, consume, simulatedQueue } from "./simulated-queue.ts";
import { TABLES } from "./simulated-ledger.ts";
import { type Simulated, type Simulation, simulate } from "./simulation.ts";

export interface DeliveryRun {
  readonly seed: number;
  readonly orgs: number;
  readonly months: number;
  /** Shares of all messages. */
  readonly duplicates: number;
  readonly poison: number;
  readonly shuffled: boolean;
  readonly kinds: readonly SimulatedFault[];
  readonly workers: number;
  /** Mistakes, for the tests of the tests. */
  readonly mutant?: { readonly handler?: (handler: Handler) => Handler; readonly early?: boolean } | undefined;
}
export interface DeliveryResult {
  /** What is stored in the end, in the order of orgs and without ids and times. */
  readonly state: readonly unknown[];
  readonly violations: readonly string[];
  readonly deliveries: number;
  readonly messages: number;
  readonly poisoned: number;
  /** Dead at the end of all redriving. */
  readonly unread: number;
}

const monthAt = (n: number): string => new Date(Date.UTC(2026, 11 + n, 1)).toISOString().slice(0, 7);
const MALFORMED = ["not json", "{}", JSON.stringify({ id: "5", type: GrantCredits.type }), JSON.stringify({ "detail-type": "nobody.knows.v1", detail: {} })];
const MOST_REDRIVES = 50;

/**
 * Orgs are provisioned and granted their credits by messages alone, through the real workers. Poison is of two kinds:
 * orders for orgs that are not there yet, which succeed once they are and the dead letters are redriven, and texts that
 * nobody can read, which an operator throws away.
 */
export const simulateDelivery = (run: DeliveryRun): Promise<Simulated<DeliveryResult>> =>
  simulate({ seed: run.seed, kinds: run.kinds, tables: TABLES, start: "2026-11-20T09:00:00.000Z" }, async (simulation) => {
    const { random } = simulation;
    const orgs = Array.from({ length: run.orgs }, () => simulation.ids.uuid());
    const early = Math.ceil(run.poison * run.orgs * run.months * 0.5);
    const late = new Set(orgs.slice(0, run.poison === 0 ? 0 : Math.max(1, Math.ceil(early / run.months))));
    const plant = plantOf(simulation, run);
    const enabled = (org_id: string): string =>
      JSON.stringify({
        "detail-type": PlatformEnabled.type,
        detail: {
          id: simulation.ids.uuid(),
          type: PlatformEnabled.type,
          org_id,
          at: simulation.clock.now().toISOString(),
          data: { ...PlatformEnabled.example, platform: "soundcloud" },
        },
      });
    const settle = async (name: string): Promise<void> => {
      for (let redrives = 0; plant.queue.dead.length > 0 && redrives < MOST_REDRIVES; redrives++) {
        plant.queue.redrive();
        await plant.queue.drained();
      }
      if (plant.queue.dead.length > 0) plant.violations.push(`${name}: ${plant.queue.dead.length} are dead after ${MOST_REDRIVES} redrives`);
    };
    const copied = (bodies: readonly string[]): string[] => {
      const all = [...bodies, ...bodies.filter(() => random() < run.duplicates)];
      return run.shuffled ? shuffled(random, all) : all;
    };

    simulation.begin();
    await plant.through(provisionOrgWorker.serve, copied(orgs.filter((org_id) => !late.has(org_id)).map(enabled)), () => settle("provisioning"));
    const members = new Map<string, string>();
    const join = async (org_id: string): Promise<void> => {
      const ctx = plant.ctxOf(org_id);
      const member = await createMember(ctx, {
        ...NEW_MEMBER,
        soundcloud_url: `https://soundcloud.com/artist-${members.size}`,
        soundcloud_handle: `artist-${members.size}`,
      });
      members.set(org_id, member.id);
    };
    for (const org_id of orgs) if (!late.has(org_id)) await join(org_id);
    // Whom an index does not show yet, next month's run makes up for; here all months come at once.
    await simulation.sleep(MOST_LAG_MS);

    const grants = Array.from({ length: run.months }, (_, month) => month).flatMap((month) =>
      orgs.map((org_id) => grantBody(simulation, org_id, monthAt(month))),
    );
    const malformed = Array.from({ length: Math.floor(early) }, (_, n) => MALFORMED[n % MALFORMED.length]!);
    const bodies = copied([...grants, ...(run.poison === 0 ? [] : malformed)]);
    const isPoison = (body: string): boolean => MALFORMED.includes(body) || late.has((JSON.parse(body) as { org_id: string }).org_id);
    const unread = bodies.filter((body) => MALFORMED.includes(body)).length;
    const poisoned = bodies.filter(isPoison).length;
    const exact = run.kinds.length === 0;
    await plant.through(grantCreditsWorker.serve, bodies, async () => {
      if (exact) plant.violations.push(...deadLetters(plant.queue, isPoison, poisoned), ...plant.reports(isPoison));
      simulation.end();
      for (const org_id of late) {
        await plant.provision(org_id);
        await join(org_id);
      }
      plant.queue.redrive();
      await plant.queue.drained();
      if (plant.queue.dead.length !== unread)
        plant.violations.push(`${plant.queue.dead.length} are dead after the redrive instead of the ${unread} that nobody can read`);
      plant.queue.purge();
    });
    const state = await Promise.all(orgs.map((org_id) => stateOf(plant.ctxOf(org_id), members.get(org_id)!)));
    return { state, violations: plant.violations, deliveries: plant.deliveries(), messages: bodies.length, poisoned, unread };
  });

const NEW_MEMBER = {
  name: "Artist",
  emails: ["artist@example.com"],
  manual_genres: [],
  monthly_submission_limit: 4,
  daily_capacity: 1,
  account: { handle: "artist", follower_count: 15_000 },
  genres: [],
};

const grantBody = ({ ids, clock }: Simulation, org_id: string, month: string): string =>
  JSON.stringify({ id: ids.uuid(), type: GrantCredits.type, org_id, at: clock.now().toISOString(), data: { month } });

/** The queue with its workers, and what they reported. */
const plantOf = (simulation: Simulation, { workers, mutant }: DeliveryRun) => {
  let queue = simulatedQueue(simulation);
  const violations: string[] = [];
  const log = { ...testLog(), error: () => undefined };
  const boot = { clock: simulation.clock, ids: simulation.ids, log, env: (name: string) => name };
  const commands = commandsOver(async (_type, group) => {
    for (const { value } of group) queue.send(value.body);
    return [];
  });
  const served: { readonly batch: readonly Message[]; readonly failed: readonly string[] }[] = [];
  const ctxOf = (org_id: string): OrgCtx => testCtx({ db: simulation.store.db, clock: simulation.clock, ids: simulation.ids, log: testLog(), org_id });
  let deliveries = 0;
  return {
    /** That of the messages under way. */
    get queue() {
      return queue;
    },
    violations,
    ctxOf,
    deliveries: () => deliveries,
    provision: async (org_id: string): Promise<void> => {
      const event = {
        Records: [
          {
            messageId: "0",
            body: JSON.stringify({
              id: simulation.ids.uuid(),
              type: provisionOrgWorker.command.type,
              org_id,
              at: simulation.clock.now().toISOString(),
              data: { platform: "soundcloud" },
            }),
            attributes: {},
          },
        ],
      };
      const { batchItemFailures } = await provisionOrgWorker.serve({ ...boot, db: simulation.store.db })(event as never, {
        getRemainingTimeInMillis: () => 60_000,
      });
      if (batchItemFailures.length > 0) violations.push(`${org_id} was not provisioned`);
    },
    /** Sends everything, lets workers run until the queue is empty, and then does what is to be done while they stand by. */
    through: async (serve: typeof grantCreditsWorker.serve, bodies: readonly string[], then: () => Promise<void>): Promise<void> => {
      served.length = 0;
      queue = simulatedQueue(simulation);
      for (const body of bodies) queue.send(body);
      const running = Array.from({ length: workers }, () => {
        const lane = simulation.lane();
        const handler = serve({ ...boot, db: lane.db, ports: { commands } });
        return consume(queue, lane, mutant?.handler?.(handler) ?? handler, {
          served: (one) => {
            deliveries += one.batch.length;
            served.push(one);
          },
          ...(mutant?.early ? { early: true } : {}),
        });
      });
      await queue.drained();
      await then();
      queue.close();
      await Promise.all(running);
    },
    /** Every batch must have reported its poison, all of it and nothing else. */
    reports: (isPoison: (body: string) => boolean): string[] =>
      served.flatMap(({ batch, failed }) => {
        const poison = batch.filter(({ body }) => isPoison(body)).map(({ id }) => id);
        return poison.join() === failed.join() ? [] : [`A batch with the poison ${poison.join()} reported ${failed.join()}`];
      }),
  };
};

const deadLetters = ({ dead }: SimulatedQueue, isPoison: (body: string) => boolean, poisoned: number): string[] => [
  ...(dead.length === poisoned ? [] : [`${dead.length} are dead instead of the ${poisoned} that are poison`]),
  ...dead.filter(({ body }) => !isPoison(body)).map(({ body }) => `dead without reason: ${body}`),
  ...dead.filter(({ receives }) => receives !== MAX_RECEIVES).map(({ receives }) => `dead after ${receives} deliveries`),
];

/** What an org has: its settings and taxonomy, and the member's book. */
const stateOf = async (ctx: OrgCtx, member_id: string): Promise<unknown> => {
  const { org_id } = ctx;
  const [settings, families, book] = await Promise.all([
    Settings.get(ctx, { org_id }),
    Array.fromAsync(every((page) => GenreFamily.list(ctx, { org_id }, page))),
    bookOf(ctx, member_id),
  ]);
  const { balance, held, debt, reserved, seq, last_granted_month, version } = book.wallet satisfies Wallet;
  return {
    version: settings.version,
    families: families.map(({ name }) => name),
    wallet: { balance, held, debt, reserved, seq, last_granted_month, version },
    entries: book.entries.map(({ reference, change_amount, balance_after, hash }) => [reference, change_amount, balance_after, hash]),
    faults: auditBook(book).length,
  };
};
