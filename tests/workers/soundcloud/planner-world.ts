import { createSchedulesWorker } from "../../../functions/soundcloud/create-schedules.worker.ts";
import { schedulesApi } from "../../../functions/soundcloud/schedules.api.ts";
import { startPlannerSandbox } from "../../../infra/local/sandbox/influence-planner/start.ts";
import { every } from "../../../shared/kernel/table/every.ts";
import { Member } from "../../../shared/soundcloud/member/member.ts";
import { type PlannerClient, plannerClient } from "../../../shared/soundcloud/planner/influence-planner.client.ts";
import { Schedule } from "../../../shared/soundcloud/planner/schedule.ts";
import type { Submission } from "../../../shared/soundcloud/submission/submission.ts";
import { control } from "../../integration/providers/support.ts";
import { withPlannerAccount } from "../../support/planner-account.ts";
import type { SoundcloudOrg } from "../../support/soundcloud.ts";
import type { WorldOptions } from "../../support/world.ts";
import { queueWorld } from "./queues-world.ts";

export const AT = "2026-11-21T18:00:00.000Z";

/** What Influence Planner holds of one repost. */
export interface Held {
  readonly schedule_id: string;
  readonly target_user_id: string;
  readonly media_url: string;
  readonly status: string;
}

let channels = 1000;

/** The repost network with the sandboxes of SoundCloud and of Influence Planner beside it; `stop` ends both. */
export const plannerWorld = async ({ per_minute, ...options }: WorldOptions & { per_minute?: number } = {}) => {
  let time = (): Date => new Date("2026-11-20T09:00:00.000Z");
  const planner_sandbox = await startPlannerSandbox({ now: () => time(), ...(per_minute === undefined ? {} : { per_minute }) });
  const open = (): PlannerClient =>
    plannerClient({
      api_url: `${planner_sandbox.url}/partner/v1`,
      clock: { now: () => time() },
      timeout_ms: 500,
      sleep: async () => {},
      random: () => 0,
      ...(options.gate ? { fetch: options.gate.fetch(fetch) } : {}),
    });
  let client = open();
  const planner: PlannerClient = {
    create: (credentials, order) => client.create(credentials, order),
    findMember: (credentials, handle) => client.findMember(credentials, handle),
  };
  const world = await queueWorld({ ...options, apis: [schedulesApi, ...(options.apis ?? [])], ports: { planner, ...options.ports } });
  time = () => world.clock.now();

  /** An org with an account at Influence Planner, an approved submission, and members who stand in the network there. */
  const network = async (count: number, org?: SoundcloudOrg) => {
    const at = org ?? (await world.org());
    await withPlannerAccount(at);
    const party = await at.clientOf(`Client ${(channels += 1)}`);
    const submission: Submission = await at.submission({ client_id: party.id, status: "approved", artist: `planned-${channels}` });
    const members: Member[] = [];
    for (let n = 0; n < count; n++) {
      channels += 1;
      const made = await at.member({ soundcloud_handle: `channel-${channels}` });
      const { items } = await control<{ items: { urn: string }[] }>(world.sandbox.url, "PUT", "accounts", { accounts: [{ handle: made.soundcloud_handle }] });
      members.push(await Member.patch(at.ctx, made, { soundcloud_urn: items[0]!.urn }));
    }
    await control(planner_sandbox.url, "PUT", "members", {
      members: members.map(({ soundcloud_handle, soundcloud_urn }) => ({
        handle: soundcloud_handle,
        user_id: `SOUNDCLOUD-USER-${soundcloud_urn!.split(":")[2]}`,
      })),
    });
    return { org: at, submission, members };
  };
  type Network = Awaited<ReturnType<typeof network>>;

  /** Ops plan the track on every member's channel. */
  const plan = async ({ org, submission, members }: Network, scheduled_at: string | undefined = AT) => {
    const reply = await org.moderator.api.post("/soundcloud/schedules", {
      parent_type: "submission",
      parent_id: submission.id,
      member_ids: members.map(({ id }) => id),
      ...(scheduled_at === undefined ? {} : { scheduled_at }),
    });
    if (reply.status !== 202) throw new Error(`Planning answered ${reply.status}: ${JSON.stringify(reply.body)}`);
    return reply.body.items as { id: string }[];
  };
  const schedulesOf = async ({ org, submission }: Network): Promise<Schedule[]> => {
    const listed = await Array.fromAsync(every((page) => Schedule.query.byParent(org.ctx, { org_id: org.org_id, parent_id: submission.id }, page)));
    return Schedule.getMany(org.ctx, listed, { consistent: true });
  };
  /** What Influence Planner holds for the track. */
  const held = async ({ submission }: Network): Promise<Held[]> =>
    (await control<{ items: Held[] }>(planner_sandbox.url, "GET", "schedules")).items.filter(({ media_url }) => media_url === submission.track_url);

  return {
    ...world,
    planner,
    planner_sandbox,
    network,
    plan,
    schedulesOf,
    held,
    restartPlanner: () => void (client = open()),
    sendAll: () => world.drain(createSchedulesWorker),
    plannerFault: (kind: string, count = 1, path = "/partner/v1/schedule") => control(planner_sandbox.url, "POST", "faults", { kind, count, path }),
    stop: async () => {
      await Promise.all([world.stop(), planner_sandbox.stop()]);
    },
  };
};
export type PlannerWorld = Awaited<ReturnType<typeof plannerWorld>>;
export type Network = Awaited<ReturnType<PlannerWorld["network"]>>;
