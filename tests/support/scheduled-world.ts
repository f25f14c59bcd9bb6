import { UserInvited } from "../../events/identity/user-invited.v1.ts";
import { PostPublished } from "../../events/social/post-published.v1.ts";
import { ImportCompleted } from "../../events/soundcloud/import-completed.v1.ts";
import { Outbox, emit, identity } from "../../shared/identity/table.ts";
import { busOver } from "../../shared/kernel/bus/bus.ts";
import type { Job } from "../../shared/kernel/job.ts";
import type { JobRuns } from "../../shared/kernel/schedule/job-run.ts";
import type { ScheduleEvent } from "../../shared/kernel/schedule/schedule.ts";
import { transact } from "../../shared/kernel/table/table.ts";
import { Post } from "../../shared/social/post/post.ts";
import { social, socialSystem } from "../../shared/social/table.ts";
import { soundcloud, soundcloudSystem } from "../../shared/soundcloud/table.ts";
import { socialOnTest } from "./social.ts";
import { soundcloudWorld } from "./soundcloud.ts";

const MINUTE_MS = 60_000;
const WEEK_MS = 7 * 24 * 60 * MINUTE_MS;

export interface Delivery {
  readonly scheduled: Date;
  readonly late_ms: number;
}

const jobRuns: Readonly<Record<string, JobRuns>> = { soundcloud: soundcloudSystem.jobRuns, social: socialSystem.jobRuns };

/**
 * All platforms with as many orgs, and work for every kind of schedule: in each outbox a fact that the stream left behind,
 * and in each org posts that are due at `begin` and two minutes later, of which `due` says how many, beside some that are not.
 */
export const scheduledWorld = async (begin: string, orgs: number) => {
  const published = new Map<string, string>();
  const bus = busOver(async (group) => {
    for (const { value } of group) published.set(value.id, value.type);
    return [];
  });
  const world = await soundcloudWorld({ start: begin, ports: { bus }, beside: [socialOnTest] });
  const all = [world.ctx];
  while (all.length < orgs) all.push((await world.org()).ctx);

  await transact(world.ctx, identity, emit(world.ctx, UserInvited, UserInvited.example), { pattern: "test.fact" });
  await transact(world.ctx, soundcloud, soundcloudSystem.emit(world.ctx, ImportCompleted, ImportCompleted.example), { pattern: "test.fact" });
  await transact(world.ctx, social, socialSystem.emit(world.ctx, PostPublished, PostPublished.example), { pattern: "test.fact" });
  const outboxes = [Outbox, soundcloudSystem.Outbox, socialSystem.Outbox];
  const waiting = async (): Promise<string[]> =>
    (await Promise.all(outboxes.map((one) => one.query.undelivered(world.ctx, {})))).flatMap(({ items }) => items.map(({ id }) => id));
  const facts = new Set(await waiting());

  const at = (ms: number): string => new Date(Date.parse(begin) + ms).toISOString();
  const due = [
    { waits_for: "time", due_at: at(-MINUTE_MS) },
    { waits_for: "retry", due_at: at(0) },
    { waits_for: "time", due_at: at(2 * MINUTE_MS) },
  ] as const;
  const others = [
    { waits_for: "hand", due_at: at(0) },
    { waits_for: "time", due_at: at(WEEK_MS) },
  ] as const;
  for (const ctx of all) {
    for (const wish of [...due, ...others])
      await Post.create(ctx, { org_id: ctx.org_id, platform: "instagram", media_type: "image", status: "scheduled", ...wish });
  }

  /** What was sent, told without the ids that differ from world to world. */
  const told = ({ id, type, org_id, data }: (typeof world.sent)[number]["envelope"]): string =>
    JSON.stringify([
      all.findIndex((ctx) => ctx.org_id === org_id),
      type,
      JSON.stringify(data).replaceAll(/"[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}"/g, '"an id"'),
      new Set(world.sent.filter(({ envelope }) => envelope.id === id).map(({ envelope }) => JSON.stringify(envelope.data))).size,
    ]);

  /** What one schedule has done at the end of some deliveries: commands sent, events published, and its runs as they are recorded. */
  const outcomeOf = async (platform: string, job: Job<ScheduleEvent, void>, deliveries: readonly Delivery[]) => {
    world.sent.length = 0;
    published.clear();
    for (const { scheduled, late_ms } of deliveries) {
      world.clock.set(new Date(scheduled.getTime() + late_ms).toISOString());
      await world.tick(job, scheduled.toISOString());
    }
    const runs = (await jobRuns[platform]?.list(world.ctx, { job: job.service }, { limit: 1_000 }))?.items ?? [];
    return {
      commands: [...new Set(world.sent.map(({ envelope }) => told(envelope)))].toSorted(),
      ids: new Set(world.sent.map(({ envelope }) => envelope.id)).size,
      published: [...published].filter(([id]) => facts.has(id)).map(([, type]) => type),
      runs: runs.map(({ period, status, orgs: reached }) => ({ period, status, reached })),
    };
  };
  return { outcomeOf, due: due.length };
};
export type ScheduledWorld = Awaited<ReturnType<typeof scheduledWorld>>;
