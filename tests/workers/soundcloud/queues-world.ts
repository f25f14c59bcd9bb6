import { buildQueueWorker } from "../../../functions/soundcloud/build-queue.worker.ts";
import { publishQueueWorker } from "../../../functions/soundcloud/publish-queue.worker.ts";
import { queuesApi } from "../../../functions/soundcloud/queues.api.ts";
import { BuildQueue } from "../../../events/soundcloud/build-queue.v1.ts";
import { startSoundCloudSandbox } from "../../../infra/local/sandbox/soundcloud/start.ts";
import { every } from "../../../shared/kernel/table/every.ts";
import type { Member } from "../../../shared/soundcloud/member/member.ts";
import { QueueAssignment } from "../../../shared/soundcloud/queue/queue-assignment.ts";
import { Queue } from "../../../shared/soundcloud/queue/queue.ts";
import { soundCloudClient } from "../../../shared/soundcloud/soundcloud/soundcloud.client.ts";
import { control, memoryTokens } from "../../integration/providers/support.ts";
import { type SoundcloudOrg, type WorldOptions, soundcloudWorld } from "../../support/soundcloud.ts";

/** The day after the clock's. */
export const DAY = "2026-11-21";

/** The repost network with SoundCloud's sandbox beside it; `stop` ends that. */
export const queueWorld = async (options: WorldOptions = {}) => {
  const sandbox = await startSoundCloudSandbox();
  // The client paces itself by real time; the network's clock stands still.
  const clock = { now: () => new Date() };
  const soundcloud = soundCloudClient({
    api_url: sandbox.url,
    auth_url: sandbox.url,
    client_id: "app",
    client_secret: "secret",
    tokens: memoryTokens(clock),
    clock,
    per_second: 1000,
    budget_ms: 1000,
    random: () => 0,
  });
  const world = await soundcloudWorld({ apis: [queuesApi], ...options, ports: { soundcloud, ...options.ports } });

  const build = async (org: SoundcloudOrg = world, date = DAY): Promise<Queue> => {
    const failed = await world.deliver(buildQueueWorker, [org.message(BuildQueue, { date })]);
    if (failed > 0) throw new Error(`The build failed: ${JSON.stringify(world.log.lines.at(-1)?.fields)}`);
    return Queue.get(org.ctx, { org_id: org.org_id, date }, { consistent: true });
  };
  const assignments = async (org: SoundcloudOrg = world, date = DAY): Promise<QueueAssignment[]> => {
    const { org_id, build_id } = await Queue.get(org.ctx, { org_id: org.org_id, date }, { consistent: true });
    return Array.fromAsync(every((page) => QueueAssignment.query.byQueue(org.ctx, { org_id, queue_date: date, build_id }, page)));
  };
  /** Approved and published by ops over the API, and by the job. */
  const publish = async (org: SoundcloudOrg = world, date = DAY): Promise<QueueAssignment[]> => {
    const { status } = await org.moderator.api.post(`/soundcloud/queues/${date}/approve`);
    const asked = await org.moderator.api.post(`/soundcloud/queues/${date}/publish`);
    if (status !== 200 || asked.status !== 202) throw new Error(`Approval answered ${status}, publication ${asked.status}.`);
    await world.drain(publishQueueWorker);
    return assignments(org, date);
  };
  const assignment = (id: string, org: SoundcloudOrg = world): Promise<QueueAssignment> =>
    QueueAssignment.get(org.ctx, { org_id: org.org_id, id }, { consistent: true });

  return {
    ...world,
    sandbox,
    build,
    publish,
    assignments,
    assignment,
    /** What the supporter does on SoundCloud. */
    repost: (supporter: Member, track_url: string) => control(sandbox.url, "POST", "reposts", { user: supporter.soundcloud_handle, track_url }),
    unrepost: (supporter: Member, track_url: string) => control(sandbox.url, "DELETE", "reposts", { user: supporter.soundcloud_handle, track_url }),
    fault: (kind: string, count: number) => control(sandbox.url, "POST", "faults", { kind, count }),
    stop: () => sandbox.stop(),
  };
};
export type QueueWorld = Awaited<ReturnType<typeof queueWorld>>;

let labels = 0;
/** An approved submission of a client, and as many supporters for it. */
export const demand = async (org: SoundcloudOrg, supporters: number, target_count = supporters) => {
  const members: Member[] = [];
  for (let n = 0; n < supporters; n++) members.push(await org.member());
  const client = await org.clientOf(`Label ${(labels += 1)}`);
  const submission = await org.submission({ client_id: client.id, status: "approved", target_count, artist: `label-band-${labels}` });
  return { members, submission, client };
};
