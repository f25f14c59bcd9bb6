import { MemberCreated } from "../../../events/soundcloud/member-created.v1.ts";
import { grantCreditsMonthlyJob } from "../../../functions/soundcloud/grant-credits-monthly.schedule.ts";
import { grantCreditsWorker } from "../../../functions/soundcloud/grant-credits.worker.ts";
import type { OrgCtx } from "../../../shared/kernel/context.ts";
import { isDomainError } from "../../../shared/kernel/errors.ts";
import { commandsOver } from "../../../shared/kernel/queue/commands.ts";
import type { Database } from "../../../shared/kernel/table/database.ts";
import { every } from "../../../shared/kernel/table/every.ts";
import { adjustCredits } from "../../../shared/soundcloud/credit/adjust-credits.ts";
import type { LedgerEntry } from "../../../shared/soundcloud/credit/ledger-entry.ts";
import { createMember } from "../../../shared/soundcloud/member/create-member.ts";
import { Member } from "../../../shared/soundcloud/member/member.ts";
import { provisionOrg } from "../../../shared/soundcloud/settings/provision-org.ts";
import { soundcloudSystem } from "../../../shared/soundcloud/table.ts";
import { testCtx, testLog } from "../dynamo.ts";
import { pick } from "../faults/random.ts";
import { auditBook, bookOf } from "../ledger/audit.ts";
import type { SimulatedFault } from "./faults.ts";
import { TABLES } from "./simulated-ledger.ts";
import { consume, simulatedQueue } from "./simulated-queue.ts";
import { type Lane, type Simulated, type Simulation, simulate } from "./simulation.ts";

export interface GrantsRun {
  readonly seed: number;
  readonly orgs: number;
  /** In each org from the start; a tenth more join on the way. */
  readonly members: number;
  readonly months: number;
  readonly kinds?: readonly SimulatedFault[];
  /** A mistake of the code, or of what carries its commands, for the tests of the tests. */
  readonly mutant?: GrantsMutant | undefined;
}
export interface GrantsMutant {
  readonly db?: (db: Database) => Database;
  /** Of the messages that are sent, those that are. */
  readonly sent?: (random: () => number) => boolean;
  /** The time that the schedule is told instead of its own. */
  readonly scheduled_at?: (scheduled: Date, now: Date) => Date;
}
export interface GrantsResult {
  readonly violations: readonly string[];
  readonly grants: number;
  readonly clipped: number;
  /** Corrections that stand in the books. */
  readonly spends: number;
  readonly ticks: number;
  readonly missed: number;
}

const WORKERS = 4;
const HOUR = 3_600_000;
const FIRST = Date.UTC(2026, 11, 1);
const monthStart = (n: number): Date => new Date(Date.UTC(2026, 11 + n, 1));
const monthAt = (n: number): string => monthStart(n).toISOString().slice(0, 7);

/**
 * Months of grants: the schedule comes one to five times a month, late and out of order, some months not at all; its
 * commands go through a queue to the real worker, beside members who spend and members who join, on clocks that jump.
 */
export const simulateGrants = ({ seed, orgs: count, members: perOrg, months, mutant, ...options }: GrantsRun): Promise<Simulated<GrantsResult>> =>
  simulate({ ...options, seed, tables: TABLES, start: "2026-11-20T09:00:00.000Z", mutant: mutant?.db }, async (simulation) => {
    const { random, sleep, clock } = simulation;
    const counts = { ticks: 0 };
    const orgs = Array.from({ length: count }, () =>
      testCtx({ db: simulation.store.db, clock, ids: simulation.ids, log: testLog(), org_id: simulation.ids.uuid() }),
    );
    const members: { readonly ctx: OrgCtx; readonly id: string; readonly joined: string }[] = [];
    for (const ctx of orgs) {
      await provisionOrg(ctx);
      for (let n = 0; n < perOrg; n++) members.push({ ctx, id: await join(ctx, `first-${n}`, random), joined: "2026-11" });
    }
    const queue = simulatedQueue(simulation);
    const log = { ...testLog(), error: () => undefined };
    const boot = { clock, ids: simulation.ids, log, env: (name: string) => name };
    const commands = commandsOver(async (_type, group) => {
      for (const { value } of group) if (mutant?.sent?.(random) ?? true) queue.send(value.body);
      return [];
    });
    const until = (time: number): Promise<void> => sleep(time - FIRST + start);
    const start = FIRST - clock.now().getTime();

    /** One delivery of the schedule's event, repeated as the scheduler does when it fails. */
    const tick = async (month: number): Promise<void> => {
      const lane = simulation.lane();
      const job = grantCreditsMonthlyJob.serve({ ...boot, db: lane.db, ports: { commands } });
      for (;;) {
        counts.ticks += 1;
        const scheduled = mutant?.scheduled_at?.(monthStart(month), clock.now()) ?? monthStart(month);
        try {
          await lane.run(() => job({ scheduled_at: scheduled.toISOString() }, { getRemainingTimeInMillis: () => 60_000 }));
          return;
        } catch {
          await sleep(60_000);
        }
      }
    };
    // The last month is not missed: the missed ones before it are made up for.
    const missed = Array.from({ length: months - 1 }, (_, month) => month).filter((month) => month % 11 === 7);
    const scheduled = Array.from({ length: months }, (_, month) => month)
      .filter((month) => !missed.includes(month))
      .flatMap((month) =>
        Array.from({ length: 1 + Math.floor(random() * 5) }, (_, nth) => ({
          month,
          late: nth === 0 ? random() * 60_000 : random() * (month === months - 1 ? 24 : 40 * 24) * HOUR,
        })),
      );
    const ticking = scheduled.map(({ month, late }) => until(monthStart(month).getTime() + late).then(() => tick(month)));

    const spend = async (lane: Lane): Promise<void> => {
      const { ctx, id } = pick(random, members);
      const amount = pick(random, [-1, -2, -1, 1]);
      // Whether it was carried out when the answer is lost, the books tell.
      await lane.run(() => adjustCredits({ ...ctx, db: lane.db }, { member_id: id, amount, reason: "spent" })).catch(() => undefined);
    };
    const spending = Array.from({ length: months }, (_, month) => month).flatMap((month) =>
      Array.from({ length: Math.ceil((perOrg * count) / 2) }, async () => {
        // Half of them around the turn of the month, when the grants run.
        await until(monthStart(month).getTime() + (random() < 0.5 ? random() * 120_000 : random() * 28 * 24 * HOUR));
        await spend(simulation.lane());
      }),
    );
    const joining = Array.from({ length: Math.ceil((perOrg * count) / 10) }, async (_, n) => {
      await until(FIRST + random() * (monthStart(months - 1).getTime() - FIRST - 24 * HOUR));
      const ctx = pick(random, orgs);
      const lane = simulation.lane();
      members.push(await joined(lane, { ...ctx, db: lane.db }, ctx, `later-${n}`, random, sleep));
    });
    const working = Array.from({ length: WORKERS }, () => {
      const lane = simulation.lane();
      const handler = grantCreditsWorker.serve({ ...boot, db: lane.db, ports: { commands } });
      return consume(queue, lane, handler, { remaining_ms: () => (random() < 0.1 ? 12_000 : 60_000) });
    });

    simulation.begin();
    await Promise.all([...ticking, ...spending, ...joining]);
    await queue.drained();
    // What is safe under faults must also come to an end once they are over.
    simulation.end();
    for (let redrives = 0; queue.dead.length > 0 && redrives < 20; redrives++) {
      queue.redrive();
      await queue.drained();
    }
    queue.close();
    await Promise.all(working);
    await sleep(24 * HOUR);
    const found = await Promise.all(members.map((member) => auditMember(member, monthAt(months - 1))));
    const entries = found.flatMap((one) => one.entries);
    const grants = entries.filter(({ reason }) => reason === "monthly_grant");
    return {
      violations: [
        ...(queue.dead.length > 0 ? [`${queue.dead.length} messages are dead`] : []),
        ...found.flatMap(({ violations }) => violations),
        ...(await auditArrivals(orgs, members.length)),
        ...(await auditRuns(orgs[0]!, months)),
      ],
      grants: grants.length,
      clipped: grants.filter(({ metadata }) => metadata["clipped"] !== undefined).length,
      spends: entries.filter(({ reason }) => reason === "manual_adjustment").length,
      ...counts,
      missed: missed.length,
    };
  });

const join = async (ctx: OrgCtx, name: string, random: () => number): Promise<string> => {
  const followers = pick(random, [500, 2_000, 15_000, 200_000]);
  const member = await createMember(ctx, {
    name,
    emails: [`${name}@example.com`],
    soundcloud_url: `https://soundcloud.com/${name}`,
    soundcloud_handle: name,
    manual_genres: [],
    monthly_submission_limit: 4,
    daily_capacity: 1,
    account: { handle: name, follower_count: followers },
    genres: [],
  });
  return member.id;
};

/** Asks again until the member is there: who is refused because the address is taken, was first with another answer lost. */
const joined = async (lane: Lane, ctx: OrgCtx, plain: OrgCtx, name: string, random: () => number, sleep: Simulation["sleep"]) => {
  for (;;) {
    try {
      const id = await lane.run(() => join(ctx, name, random));
      return { ctx: plain, id, joined: await joinedIn(plain, id) };
    } catch (error) {
      const taken = isDomainError(error, "email_taken") || isDomainError(error, "handle_taken");
      const member = taken ? await Member.by.email(plain, { org_id: plain.org_id, emails: `${name}@example.com` }) : undefined;
      if (member) return { ctx: plain, id: member.id, joined: await joinedIn(plain, member.id) };
      await sleep(60_000);
    }
  }
};
const joinedIn = async (ctx: OrgCtx, id: string): Promise<string> => {
  const { entries } = await bookOf(ctx, id);
  return entries[0]!.reference_id;
};

const auditMember = async (
  { ctx, id, joined: first }: { ctx: OrgCtx; id: string; joined: string },
  last: string,
): Promise<{ violations: string[]; entries: readonly LedgerEntry[] }> => {
  const book = await bookOf(ctx, id);
  const grants = book.entries.filter(({ reason }) => reason === "monthly_grant");
  const expected: string[] = [];
  for (let month = first; month <= last; month = after(month)) expected.push(month);
  const told = grants.map(({ reference_id }) => reference_id);
  const violations = auditBook(book);
  if (told.join() !== expected.join()) violations.push(`${id} has the grants ${told.join()} instead of those from ${first} to ${last}`);
  for (const { reference_id, change_amount, balance_after, metadata } of grants) {
    const clipped = (metadata["clipped"] as number | undefined) ?? 0;
    if (change_amount + clipped !== book.wallet.monthly_grant || (clipped > 0 && balance_after !== book.wallet.cap))
      violations.push(`${id}: the grant of ${reference_id} is ${change_amount}, ${clipped} clipped, at ${balance_after} of ${book.wallet.cap}`);
  }
  return { violations, entries: book.entries };
};
const after = (month: string): string => {
  const [year = 0, number = 0] = month.split("-").map(Number);
  return new Date(Date.UTC(year, number, 1)).toISOString().slice(0, 7);
};

/** Every member who joined was announced once. */
const auditArrivals = async (orgs: readonly OrgCtx[], members: number): Promise<string[]> => {
  const rows = await Array.fromAsync(every((page) => soundcloudSystem.Outbox.query.undelivered(orgs[0]!, {}, page)));
  const announced = rows.filter(({ type }) => type === MemberCreated.type).map(({ data }) => (JSON.parse(data) as { member_id: string }).member_id);
  return announced.length === members && new Set(announced).size === members ? [] : [`${announced.length} members were announced, and there are ${members}`];
};

/** Every month has one completed run. */
const auditRuns = async (ctx: OrgCtx, months: number): Promise<string[]> => {
  const runs = await Array.fromAsync(every((page) => soundcloudSystem.jobRuns.list(ctx, { job: "soundcloud.grant-credits-monthly" }, page)));
  const completed = runs.filter(({ status }) => status === "completed").length;
  return completed === months ? [] : [`${completed} months are completed instead of ${months}`];
};
