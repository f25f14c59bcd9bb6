import { Cron } from "croner";
import { describe, expect, it } from "vitest";
import { UserInvited } from "../../events/identity/user-invited.v1.ts";
import { ImportCompleted } from "../../events/soundcloud/import-completed.v1.ts";
import { identityPlatform } from "../../functions/identity/lambdas.ts";
import { soundcloudPlatform } from "../../functions/soundcloud/lambdas.ts";
import { readExpression } from "../../infra/local/schedules/expression.ts";
import { busOver } from "../../shared/kernel/bus/bus.ts";
import type { Job } from "../../shared/kernel/job.ts";
import type { ScheduleEvent } from "../../shared/kernel/schedule/schedule.ts";
import { transact } from "../../shared/kernel/table/table.ts";
import { Outbox, emit, identity } from "../../shared/identity/table.ts";
import { soundcloud, soundcloudSystem } from "../../shared/soundcloud/table.ts";
import { randomOf } from "../support/faults/random.ts";
import { atSize, figures } from "../support/figures.ts";
import { soundcloudWorld } from "../support/soundcloud.ts";

const SEED = 13;
const TIMEOUT_MS = atSize({ test: 120_000, soak: 1_800_000 });
const DAY_MS = 24 * 3_600_000;
const ORGS = 2;
/** Runs that follow each other from here on: over both turns of daylight saving, the 31st, the year's end and a leap day. */
const BEGINS = atSize({
  test: ["2028-02-28T23:50:00Z"],
  soak: ["2028-02-28T23:50:00Z", "2027-03-13T23:50:00Z", "2027-10-30T23:50:00Z", "2026-12-30T23:50:00Z", "2027-01-30T23:50:00Z"],
});
const RUNS = atSize({ test: 2, soak: 5 });
const ROUNDS = atSize({ test: 1, soak: 4 });

const declared = [identityPlatform, soundcloudPlatform].flatMap(({ id, lambdas }) =>
  Object.entries(lambdas).flatMap(([name, lambda]) => (lambda.trigger === "schedule" ? [{ id, name, cron: lambda.cron }] : [])),
);

const jobOf = async (platform: string, name: string): Promise<Job<ScheduleEvent, void>> => {
  const exported = (await import(`../../functions/${platform}/${name}.schedule.ts`)) as Record<string, unknown>;
  const found = Object.values(exported).find((one) => typeof one === "object" && one !== null && "serve" in one);
  return found as Job<ScheduleEvent, void>;
};

const timesOf = (cron: string, timezone: string, from: string, count: number): Date[] => {
  const when = readExpression(`cron(${cron})`);
  if (when.kind !== "cron") throw new Error(`${cron} is no cron expression.`);
  return new Cron(when.pattern, { timezone, paused: true }).nextRuns(count, new Date(from));
};

interface Delivery {
  readonly scheduled: Date;
  readonly late_ms: number;
}

/** What a schedule has sent and published at the end of some deliveries, told without ids that differ from world to world. */
const outcomeOf = async (job: Job<ScheduleEvent, void>, begin: string, deliveries: readonly Delivery[]) => {
  const published = new Set<string>();
  const bus = busOver(async (group) => {
    for (const { value } of group) published.add(value.id);
    return [];
  });
  const world = await soundcloudWorld({ start: begin, ports: { bus } });
  for (let n = 1; n < ORGS; n++) await world.org();
  await transact(world.ctx, soundcloud, soundcloudSystem.emit(world.ctx, ImportCompleted, ImportCompleted.example), { pattern: "test.fact" });
  await transact(world.ctx, identity, emit(world.ctx, UserInvited, UserInvited.example), { pattern: "test.fact" });
  const facts = [...(await world.events()), ...(await Outbox.query.undelivered(world.ctx, {})).items];
  for (const { scheduled, late_ms } of deliveries) {
    world.clock.set(new Date(scheduled.getTime() + late_ms).toISOString());
    await world.tick(job, scheduled.toISOString());
  }
  const orgs = [...new Set(world.sent.map(({ envelope }) => envelope.org_id))].toSorted();
  const told = (envelope: (typeof world.sent)[number]["envelope"]): string =>
    JSON.stringify([
      orgs.indexOf(envelope.org_id),
      envelope.type,
      JSON.stringify(envelope.data).replaceAll(/"[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}"/g, '"an id"'),
      new Set(world.sent.filter((s) => s.envelope.id === envelope.id).map(({ envelope: e }) => JSON.stringify(e.data))).size,
    ]);
  return {
    commands: [...new Set(world.sent.map(({ envelope }) => told(envelope)))].toSorted(),
    ids: new Set(world.sent.map(({ envelope }) => envelope.id)).size,
    published: facts.filter(({ id }) => published.has(id)).length,
  };
};

/** Each twice, up to a day late, in any order. */
const disturbed = (random: () => number, times: readonly Date[]): Delivery[] =>
  [...times, ...times].map((scheduled) => ({ scheduled, late_ms: Math.floor(random() * DAY_MS), at: random() })).toSorted((a, b) => a.at - b.at);

describe("delivered twice, up to 24 hours late and out of order, it does the same", () => {
  it.each(declared)(
    "$id/$name",
    async ({ id, name, cron }) => {
      const job = await jobOf(id, name);
      const random = randomOf(SEED);
      for (const begin of BEGINS) {
        const times = timesOf(cron, "UTC", begin, RUNS);
        const punctual = times.map((scheduled) => ({ scheduled, late_ms: name === "sweep-outbox" ? 5 * 60_000 : 0 }));
        const expected = await outcomeOf(job, begin, punctual);
        if (name !== "sweep-outbox") expect(expected.ids).toBe(ORGS * RUNS);
        else expect(expected.published).toBe(1);
        for (let round = 0; round < ROUNDS; round++) {
          const late = disturbed(random, times).map((one) => ({ ...one, late_ms: one.late_ms + punctual[0]!.late_ms }));
          expect(await outcomeOf(job, begin, late), `${begin}, seed ${SEED}`).toEqual(expected);
        }
      }
      figures("R11", { [`${id}/${name}: deliveries`]: 2 * RUNS * ROUNDS * BEGINS.length });
    },
    TIMEOUT_MS,
  );
});

describe("the local cloud's clockwork", () => {
  const iso = (cron: string, timezone: string, from: string, count: number): string[] => timesOf(cron, timezone, from, count).map((at) => at.toISOString());

  it("runs once in the hour that daylight saving skips, and once in the one it repeats", () => {
    expect(iso("30 2 * * ? *", "America/New_York", "2027-03-13T12:00:00Z", 2)).toEqual(["2027-03-14T07:00:00.000Z", "2027-03-15T06:30:00.000Z"]);
    expect(iso("30 1 * * ? *", "America/New_York", "2027-11-06T12:00:00Z", 2)).toEqual(["2027-11-07T05:30:00.000Z", "2027-11-08T06:30:00.000Z"]);
  });
  it("waits for months with a 31st and years with a leap day", () => {
    expect(iso("0 6 31 * ? *", "UTC", "2027-01-31T12:00:00Z", 2)).toEqual(["2027-03-31T06:00:00.000Z", "2027-05-31T06:00:00.000Z"]);
    expect(iso("0 6 29 2 ? *", "UTC", "2026-11-20T00:00:00Z", 2)).toEqual(["2028-02-29T06:00:00.000Z", "2032-02-29T06:00:00.000Z"]);
  });
});
