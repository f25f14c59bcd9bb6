import { globSync } from "node:fs";
import { join } from "node:path";
import { Cron } from "croner";
import { describe, expect, it } from "vitest";
import { readExpression } from "../../infra/local/schedules/expression.ts";
import { platforms } from "../../infra/platforms.ts";
import type { Job } from "../../shared/kernel/job.ts";
import type { ScheduleEvent } from "../../shared/kernel/schedule/schedule.ts";
import { randomOf } from "../support/faults/random.ts";
import { atSize, figures } from "../support/figures.ts";
import { type Delivery, type ScheduledWorld, scheduledWorld } from "../support/scheduled-world.ts";

const SEED = 13;
const TIMEOUT_MS = atSize({ test: 120_000, soak: 1_800_000 });
const DAY_MS = 24 * 3_600_000;
const ORGS = 2;
/** Runs that follow each other from here on: over both turns of daylight saving, the 31st, the year's end and a leap day. */
const BEGINS = atSize({
  test: ["2028-02-28T23:50:00Z"],
  soak: ["2028-02-28T23:50:00Z", "2027-03-13T23:50:00Z", "2027-10-30T23:50:00Z", "2026-12-30T23:50:00Z", "2027-01-30T23:50:00Z"],
});
const RUNS = atSize({ test: 3, soak: 5 });
const ROUNDS = atSize({ test: 1, soak: 4 });

const declared = platforms
  .flatMap(({ platform: { id, lambdas } }) =>
    Object.entries(lambdas).flatMap(([name, lambda]) => (lambda.trigger === "schedule" ? [{ id, name, cron: lambda.cron }] : [])),
  )
  .map((one, at) => ({ ...one, seed: SEED + at }));

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

const worlds = new Map<string, Promise<ScheduledWorld>>();
/** All schedules share a world of a beginning and a round: none of them sees what another has done. */
const worldOf = (begin: string, round: number | "punctual"): Promise<ScheduledWorld> => {
  const key = `${begin}, ${round}`;
  const found = worlds.get(key) ?? scheduledWorld(begin, ORGS);
  worlds.set(key, found);
  return found;
};

/** Deliveries that come after one of a later time. */
const overtaken = (deliveries: readonly Delivery[]): number =>
  deliveries.filter(({ scheduled }, at) => deliveries.slice(0, at).some((before) => before.scheduled > scheduled)).length;

/** Each twice, a day late at most, which some are, and never in order. */
const disturbed = (random: () => number, times: readonly Date[]): Delivery[] => {
  const lates = [0, DAY_MS, ...Array.from({ length: 2 * times.length - 2 }, () => Math.floor(random() * DAY_MS))];
  const order = lates.map((late_ms) => ({ late_ms, at: random() })).toSorted((a, b) => a.at - b.at);
  const mixed = [...times, ...times].map((scheduled, n) => ({ scheduled, late_ms: order[n]!.late_ms, at: random() })).toSorted((a, b) => a.at - b.at);
  return overtaken(mixed) > 0 ? mixed : mixed.toReversed();
};

/** How much a schedule does here, unless it sends every org one command a run. */
const effects: Readonly<Record<string, (due: number) => { readonly ids: number; readonly published: number }>> = {
  "publish-due": (due) => ({ ids: ORGS * due, published: 0 }),
  "sweep-outbox": () => ({ ids: 0, published: 1 }),
};
const everyOrgEachRun = () => ({ ids: ORGS * RUNS, published: 0 });

describe("delivered twice, up to 24 hours late and out of order, it does the same", () => {
  const tried = new Set<string>();
  let [deliveries, overtakings] = [0, 0];

  it.each(declared)(
    "$id/$name",
    async ({ id, name, cron, seed }) => {
      const job = await jobOf(id, name);
      const random = randomOf(seed);
      for (const begin of BEGINS) {
        const times = timesOf(cron, "UTC", begin, RUNS);
        const punctual = await worldOf(begin, "punctual");
        const expected = await punctual.outcomeOf(
          id,
          job,
          times.map((scheduled) => ({ scheduled, late_ms: 0 })),
        );
        expect({ ids: expected.ids, published: expected.published.length }).toEqual((effects[name] ?? everyOrgEachRun)(punctual.due));
        expect(expected.runs.filter(({ status, reached }) => status !== "completed" || reached !== ORGS)).toEqual([]);
        for (let round = 0; round < ROUNDS; round++) {
          const late = disturbed(random, times);
          expect(await (await worldOf(begin, round)).outcomeOf(id, job, late), `${begin}, seed ${seed}`).toEqual(expected);
          deliveries += late.length;
          overtakings += overtaken(late);
        }
      }
      tried.add(`${id}/${name}`);
    },
    TIMEOUT_MS,
  );

  it("which is every schedule that there is", () => {
    const files = globSync("*/*.schedule.ts", { cwd: join(import.meta.dirname, "../../functions") });
    expect([...tried].map((one) => `${one}.schedule.ts`).toSorted()).toEqual(files.toSorted());
    expect(deliveries).toBe(tried.size * 2 * RUNS * ROUNDS * BEGINS.length);
    figures("R11", { schedules: tried.size, deliveries, "of them after a later one": overtakings });
  });
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
