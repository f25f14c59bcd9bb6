import { buildQueueWorker } from "../../../functions/soundcloud/build-queue.worker.ts";
import { publishQueueWorker } from "../../../functions/soundcloud/publish-queue.worker.ts";
import { queuesApi } from "../../../functions/soundcloud/queues.api.ts";
import { BuildQueue } from "../../../events/soundcloud/build-queue.v1.ts";
import { startSoundCloudSandbox } from "../../../infra/local/sandbox/soundcloud/start.ts";
import { every } from "../../../shared/kernel/table/every.ts";
import { Member } from "../../../shared/soundcloud/member/member.ts";
import { QueueAssignment } from "../../../shared/soundcloud/queue/queue-assignment.ts";
import { Queue } from "../../../shared/soundcloud/queue/queue.ts";
import { type SoundCloudClient, soundCloudClient } from "../../../shared/soundcloud/soundcloud/soundcloud.client.ts";
import { Submission } from "../../../shared/soundcloud/submission/submission.ts";
import { control, memoryTokens } from "../../integration/providers/support.ts";
import { type SoundcloudOrg, soundcloudWorld } from "../../support/soundcloud.ts";
import type { WorldOptions } from "../../support/world.ts";

/** The day after the clock's. */
export const DAY = "2026-11-21";

/** A client of SoundCloud's sandbox that `restart` makes anew, as a new process would; the app's token is kept. */
const restartable = (url: string, gate: WorldOptions["gate"]) => {
  // The client paces itself by real time; the network's clock stands still.
  const clock = { now: () => new Date() };
  const tokens = memoryTokens(clock);
  const app = { client_id: "app", client_secret: "secret", tokens, clock, per_second: 1000, budget_ms: 1000, random: () => 0 };
  const asked: string[] = [];
  const noted: typeof fetch = (input, init) => {
    asked.push(input instanceof Request ? input.url : String(input));
    return fetch(input, init);
  };
  const open = (): SoundCloudClient => soundCloudClient({ ...app, api_url: url, auth_url: url, fetch: gate ? gate.fetch(noted) : noted });
  let client = open();
  const soundcloud: SoundCloudClient = {
    resolve: (address) => client.resolve(address),
    track: (urn, secret_token) => client.track(urn, secret_token),
    tracks: (urns) => client.tracks(urns),
    user: (urn) => client.user(urn),
    users: (urns) => client.users(urns),
    userByUrl: (address) => client.userByUrl(address),
    reposters: (urn) => client.reposters(urn),
    hasReposted: (track, user, most) => client.hasReposted(track, user, most),
  };
  return { soundcloud, restart: () => void (client = open()), asked };
};

/** The repost network with SoundCloud's sandbox beside it; `stop` ends that. */
export const queueWorld = async (options: WorldOptions = {}) => {
  // Processes that are killed and started anew do not pace themselves together.
  const sandbox = await startSoundCloudSandbox(options.gate ? { burst: Infinity } : {});
  const { soundcloud, restart, asked } = restartable(sandbox.url, options.gate);
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
    soundcloud,
    restart,
    /** Addresses of the requests to SoundCloud so far. */
    asked,
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

let bands = 0;
/** One published assignment of an artist who pays with credits; SoundCloud has not seen the track before. */
export const paid = async (world: QueueWorld) => {
  const org = await world.org();
  const artist = await org.member({ credits: 3, genres: ["Rock"] });
  const supporter = await org.member();
  const submission = await org.submission({ member_id: artist.id, status: "approved", target_count: 1, artist: `night-band-${(bands += 1)}` });
  await world.build(org);
  const [assignment] = await world.publish(org);
  return { org, artist, supporter, submission, assignment: assignment! };
};
export type Paid = Awaited<ReturnType<typeof paid>>;

/** Sends a proof over the API. */
export const prove = async (org: SoundcloudOrg, { id }: QueueAssignment): Promise<void> => {
  const { status, body } = await org.moderator.api.post(`/soundcloud/queue-assignments/${id}/proof`, { proof_url: "https://soundcloud.com/somebody/reposts" });
  if (status !== 200) throw new Error(`The proof was answered ${status}: ${JSON.stringify(body)}`);
};

/** What intake stores of a short link that it could not follow. */
export const unresolvedLink = (short: string) => ({
  status: "qa_flag" as const,
  qa_reason: "short_link_unresolved",
  track_kind: "short" as const,
  track_url: short,
  track_key: short,
  artist_key: "",
});

export const submissionOf = (org: SoundcloudOrg, id: string): Promise<Submission> => Submission.get(org.ctx, { org_id: org.org_id, id }, { consistent: true });
export const memberOf = (org: SoundcloudOrg, id: string): Promise<Member> => Member.get(org.ctx, { org_id: org.org_id, id }, { consistent: true });
/** What the org has emitted, by the short names of the events. */
export const typesOf = async (org: SoundcloudOrg): Promise<string[]> => (await org.events()).map(({ type }) => type.replace(/^soundcloud\.|\.v1$/g, ""));
