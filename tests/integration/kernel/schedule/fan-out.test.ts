import * as fc from "fast-check";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Envelope } from "../../../../events/envelope.ts";
import { uuidOf } from "../../../../shared/kernel/ids.ts";
import { type SendBatch, commandsOver } from "../../../../shared/kernel/queue/commands.ts";
import { fanOut } from "../../../../shared/kernel/schedule/fan-out.ts";
import { type JobRun, jobRuns } from "../../../../shared/kernel/schedule/job-run.ts";
import type { Unit } from "../../../../shared/kernel/schedule/period.ts";
import { schedule } from "../../../../shared/kernel/schedule/schedule.ts";
import type { Database } from "../../../../shared/kernel/table/database.ts";
import { table } from "../../../../shared/kernel/table/table.ts";
import { makeTable, testDatabase } from "../../../support/dynamo.ts";
import { buildQueue } from "../../../unit/kernel/queue/contracts.ts";
import { invocation, plainRuntime } from "../../../unit/kernel/plain-ctx.ts";

const jobs = table("jobs", ["gsi1"], { globals: ["JobRun"] });
const runs = jobRuns(jobs);
const PAGE = 100;

const orgsOf = (count: number): string[] => Array.from({ length: count }, (_, n) => uuidOf(`org-${n}`));

/** A process that dies at its k-th call to the outside, before or after the call has had its effect. */
interface Crash {
  readonly at: number;
  readonly when: "before" | "after";
}

let real: Database;
let worlds = 0;
beforeAll(async () => {
  real = testDatabase({ tables: { jobs: await makeTable(jobs) } });
});

/** A job of its own with everything its fan-out reaches, and what it sent. All of it may crash. */
const world = (orgs: readonly string[]) => {
  const job = `soundcloud.build-queues-${worlds++}`;
  const sent: Envelope[] = [];
  let [calls, crash]: [number, Crash | undefined] = [0, undefined];

  const outside = async <T>(call: () => Promise<T>): Promise<T> => {
    const mine = crash?.at === calls++ ? crash : undefined;
    if (mine?.when === "before") throw new Error("crash before");
    const result = await call();
    if (mine?.when === "after") throw new Error("crash after");
    return result;
  };
  const db: Database = { physical: (id) => real.physical(id), send: (...call) => outside(() => real.send(...call)) };
  let refused: string | undefined;
  let meanwhile: (() => Promise<void>) | undefined;
  const sendBatch: SendBatch = (_, group) =>
    outside(async () => {
      const failed = group.filter(({ value }) => value.envelope.org_id === refused);
      sent.push(...group.filter((entry) => !failed.includes(entry)).map(({ value }) => value.envelope));
      return failed.map((entry) => ({ entry, reason: "InternalError", permanent: true }));
    });
  const { runtime, ctx, lines } = plainRuntime({ db });

  const handlerFor = (period: Unit, more: { catch_up?: number } = {}) =>
    schedule(
      job,
      { ports: { commands: () => commandsOver(sendBatch) } },
      fanOut({
        job,
        period,
        runs,
        command: buildQueue,
        orgs: (_, { limit, position = 0 }) =>
          outside(async () => {
            await meanwhile?.();
            const [from, to] = [position as number, (position as number) + limit];
            return { items: orgs.slice(from, to).map((org_id) => ({ org_id })), ...(to < orgs.length ? { position: to } : {}) };
          }),
        data: (_, current) => ({ date: `${current}-01-01`.slice(0, 10) }),
        ...more,
      }),
    ).serve(runtime);

  const records = async (): Promise<JobRun[]> => (await runs.list({ ...ctx, db: real }, { job })).items;
  return {
    job,
    sent,
    lines,
    refuse: (org_id: string | undefined) => void (refused = org_id),
    records,
    /** Does something else, once, while the next page of orgs is read. */
    meanwhile: (act: () => Promise<void>) =>
      void (meanwhile = () => {
        meanwhile = undefined;
        return act();
      }),
    handlerFor,
    /** Counts the calls of one run; a crash plan applies to that run only. */
    counting: async (run: () => Promise<unknown>, plan?: Crash): Promise<number> => {
      [calls, crash] = [0, plan];
      await run().finally(() => (crash = undefined));
      return calls;
    },
  };
};

type World = ReturnType<typeof world>;

const day = (n: number): { scheduled_at: string } => ({ scheduled_at: new Date(Date.UTC(2026, 2, n, 6)).toISOString() });
const periodsSent = (one: World): string[] => [...new Set(one.sent.map(({ data }) => (data as { date: string }).date))];
/** Each org's command under the id of job, period and org, none else. */
const expectedIds = ({ job }: World, orgs: readonly string[], periods: readonly string[]): string[] =>
  periods.flatMap((period) => orgs.map((org) => uuidOf(`${job}/${period}/${org}`))).toSorted();
const idsSent = (one: World): string[] => [...new Set(one.sent.map(({ id }) => id))].toSorted();

let orgs: string[];
beforeEach(() => {
  orgs = orgsOf(250);
});

describe("fanOut", () => {
  it("sends one command per org and records one completed run", async () => {
    const one = world(orgs);
    await one.handlerFor("day")(day(10), invocation());
    expect(one.sent.map(({ org_id }) => org_id)).toEqual(orgs);
    expect(one.sent.map(({ id }) => id).toSorted()).toEqual(expectedIds(one, orgs, ["2026-03-10"]));
    expect(one.sent[0]).toMatchObject({ type: buildQueue.type, data: { date: "2026-03-10" } });
    expect(await one.records()).toMatchObject([{ job: one.job, period: "2026-03-10", status: "completed", orgs: 250, scheduled_at: day(10).scheduled_at }]);
    expect((await one.records())[0]!.position).toBeUndefined();
  });

  it("completes a run over no orgs", async () => {
    const one = world([]);
    await one.handlerFor("day")(day(10), invocation());
    expect(one.sent).toEqual([]);
    expect(await one.records()).toMatchObject([{ status: "completed", orgs: 0 }]);
  });

  it("sends nothing more when it is delivered again", async () => {
    const one = world(orgs);
    const handle = one.handlerFor("day");
    await handle(day(10), invocation());
    await handle(day(10), invocation());
    expect(one.sent).toHaveLength(250);
  });

  it("makes the same commands and one record when delivered three times at once", async () => {
    const one = world(orgs);
    const handle = one.handlerFor("day");
    await Promise.all([1, 2, 3].map(() => handle(day(10), invocation())));
    expect(idsSent(one)).toEqual(expectedIds(one, orgs, ["2026-03-10"]));
    expect(await one.records()).toMatchObject([{ status: "completed", orgs: 250 }]);
  });

  it("leaves the run to a delivery that has overtaken it", async () => {
    const one = world(orgs);
    const handle = one.handlerFor("day");
    one.meanwhile(() => handle(day(10), invocation()));
    await handle(day(10), invocation());
    expect(one.sent).toHaveLength(250 + PAGE);
    expect(idsSent(one)).toEqual(expectedIds(one, orgs, ["2026-03-10"]));
    expect(await one.records()).toMatchObject([{ status: "completed", orgs: 250, version: 4 }]);
    expect(one.lines).toMatchObject([{ level: "info", message: "fan-out left to another delivery" }]);
  });

  it("goes on from where it crashed, at every call to the outside", async () => {
    const two = orgsOf(150);
    const clean = world(two);
    const total = await clean.counting(() => clean.handlerFor("day")(day(10), invocation()));
    expect(total).toBeGreaterThanOrEqual(20);
    for (let at = 0; at < total; at += 1)
      for (const when of ["before", "after"] as const) {
        const one = world(two);
        const handle = one.handlerFor("day");
        await one.counting(() => expect(handle(day(10), invocation()), `${when} ${at}`).rejects.toThrow(), { at, when });
        await one.counting(() => handle(day(10), invocation()));
        expect(idsSent(one), `${when} ${at}`).toEqual(expectedIds(one, two, ["2026-03-10"]));
        expect(one.sent.length - two.length, `${when} ${at}: only the broken page is sent again`).toBeLessThanOrEqual(PAGE);
        expect(await one.records(), `${when} ${at}`).toMatchObject([{ status: "completed", orgs: two.length }]);
      }
  });

  it("stops when time runs out and goes on at the next delivery", async () => {
    const one = world(orgs);
    const handle = one.handlerFor("day");
    let pages = 0;
    const brief = { getRemainingTimeInMillis: () => (pages++ < 2 ? 60_000 : 9_999) };
    await expect(handle(day(10), brief)).rejects.toMatchObject({ code: "out_of_time" });
    expect(one.sent).toHaveLength(200);
    expect(await one.records()).toMatchObject([{ status: "running", orgs: 200 }]);
    await handle(day(10), invocation());
    expect(one.sent.map(({ org_id }) => org_id)).toEqual(orgs);
  });

  it("makes up for missed periods, oldest first", async () => {
    const one = world(orgsOf(3));
    const handle = one.handlerFor("day");
    await handle(day(1), invocation());
    await handle(day(5), invocation());
    expect(periodsSent(one)).toEqual(["2026-03-01", "2026-03-02", "2026-03-03", "2026-03-04", "2026-03-05"]);
    expect((await one.records()).every(({ status }) => status === "completed")).toBe(true);
  });

  it("makes up for no more than it is told, and says which periods it leaves out", async () => {
    const one = world(orgsOf(1));
    const handle = one.handlerFor("month", { catch_up: 2 });
    await handle({ scheduled_at: "2026-01-01T00:00:00Z" }, invocation());
    await handle({ scheduled_at: "2026-06-01T00:00:00Z" }, invocation());
    expect((await one.records()).map(({ period }) => period)).toEqual(["2026-01", "2026-04", "2026-05", "2026-06"]);
    expect(one.lines.filter(({ level }) => level === "error")).toMatchObject([{ fields: { from: "2026-02", to: "2026-03" } }]);
  });

  it("finishes a crashed first run before the next day's", async () => {
    const one = world(orgs);
    const handle = one.handlerFor("day");
    await one.counting(() => expect(handle(day(1), invocation())).rejects.toThrow(), { at: 10, when: "before" });
    await handle(day(2), invocation());
    expect(idsSent(one)).toEqual(expectedIds(one, orgs, ["2026-03-01", "2026-03-02"]));
    expect(await one.records()).toMatchObject([
      { status: "completed", orgs: 250 },
      { status: "completed", orgs: 250 },
    ]);
  });

  it("makes the same commands whatever the order, number and lateness of deliveries", async () => {
    const three = orgsOf(3);
    const days = [1, 2, 3, 4];
    const deliveries = fc
      .shuffledSubarray(days, { minLength: days.length })
      .chain((order) => fc.array(fc.constantFrom(...days), { maxLength: 4 }).map((again) => [...order, ...again]))
      .chain((all) => fc.shuffledSubarray(all, { minLength: all.length }));
    await fc.assert(
      fc.asyncProperty(deliveries, async (order) => {
        const one = world(three);
        const handle = one.handlerFor("day");
        for (const n of order) await handle(day(n), invocation());
        const periods = days.map((n) => `2026-03-0${n}`);
        expect(one.sent).toHaveLength(12);
        expect(idsSent(one)).toEqual(expectedIds(one, three, periods));
        expect((await one.records()).map(({ period, status }) => [period, status])).toEqual(periods.map((period) => [period, "completed"]));
      }),
      { numRuns: 15, seed: 11 },
    );
  });

  it("fails a page whose commands are not all sent, and sends that page again at the next delivery", async () => {
    const one = world(orgs);
    one.refuse(orgs[120]!);
    const handle = one.handlerFor("day");
    await expect(handle(day(10), invocation())).rejects.toMatchObject({ code: "commands_not_sent", extra: { not_sent: [{ org_id: orgs[120] }] } });
    expect(await one.records()).toMatchObject([{ status: "running", orgs: 100 }]);
    expect(one.lines).toMatchObject([{ level: "error", message: "schedule failed", fields: { schedule: one.job, scheduled_at: day(10).scheduled_at } }]);
    one.refuse(undefined);
    await handle(day(10), invocation());
    expect(idsSent(one)).toEqual(expectedIds(one, orgs, ["2026-03-10"]));
    expect(await one.records()).toMatchObject([{ status: "completed", orgs: 250 }]);
  });
});

describe("schedule", () => {
  it("refuses an event without the scheduled time", async () => {
    const one = world([]);
    await expect(one.handlerFor("day")({} as never, invocation())).rejects.toThrow(/scheduled_at/);
  });
});
