import type { Job } from "../../../shared/kernel/job.ts";
import { type Unit, nextPeriod, weekBegins } from "../../../shared/kernel/schedule/period.ts";
import type { ScheduleEvent } from "../../../shared/kernel/schedule/schedule.ts";
import { socialSystem } from "../../../shared/social/table.ts";
import { soundcloudSystem } from "../../../shared/soundcloud/table.ts";
import { type CrashCase, crashCase } from "./crash-case.ts";
import { socialWorld } from "../social.ts";
import { soundcloudWorld } from "../soundcloud.ts";

const ORGS = 3;
const FIRST: Readonly<Record<Unit, string>> = { hour: "2026-12-01T00", day: "2026-12-01", week: "2026-W49", month: "2026-12" };

const platforms = {
  soundcloud: { world: soundcloudWorld, runs: soundcloudSystem.jobRuns },
  social: { world: socialWorld, runs: socialSystem.jobRuns },
};

/** A schedule that sends one command an org: each run of the case is of the period after the last one's. */
export const fanOutCrash = (name: string, unit: Unit, job: Job<ScheduleEvent, void>, platform: keyof typeof platforms = "soundcloud"): CrashCase => {
  const { world: worldOf, runs } = platforms[platform];
  let period = FIRST[unit];
  return crashCase(`the fan-out ${name}`, {
    place: async (gate) => {
      const world = await worldOf({ gate });
      for (let n = 1; n < ORGS; n++) await world.org();
      return world;
    },
    start: async (world) => {
      period = nextPeriod(unit, period);
      world.sent.splice(0);
      const scheduled_at = unit === "week" ? weekBegins(period).toISOString() : `${period}${"0000-01-01T00:00:00Z".slice(period.length)}`;
      return { period, scheduled_at };
    },
    run: (world, { scheduled_at }) => world.tick(job, scheduled_at),
    state: async (world, started) => {
      const { status, orgs } = await runs.get(world.ctx, { job: `${platform}.${name}`, period: started.period }, { consistent: true });
      const distinct = (of: (one: (typeof world.sent)[number]) => unknown): number => new Set(world.sent.map(of)).size;
      return { status, orgs, ids: distinct(({ envelope }) => envelope.id), of: distinct(({ envelope }) => envelope.org_id) };
    },
    ends: { status: "completed", orgs: ORGS, ids: ORGS, of: ORGS },
  });
};
