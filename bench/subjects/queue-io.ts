import { soundcloudPlatform } from "../../functions/soundcloud/lambdas.ts";
import { startDynamo } from "../../infra/local/engines/dynamodb.ts";
import { inParallel } from "../../shared/kernel/queue/parallel.ts";
import { newMemberWrites } from "../../shared/soundcloud/member/create-member.ts";
import { buildProposal } from "../../shared/soundcloud/target/build-proposal.ts";
import { loadRoster } from "../../shared/soundcloud/target/load-roster.ts";
import type { SupportHistory } from "../../shared/soundcloud/target/support-history.ts";
import { TargetProposal } from "../../shared/soundcloud/target/target-proposal.ts";
import type { Submission } from "../../shared/soundcloud/submission/submission.ts";
import { getSettings } from "../../shared/soundcloud/settings/get-settings.ts";
import type { Database } from "../../shared/kernel/table/database.ts";
import { DAY, type QueueWorld, queueWorld } from "../../tests/workers/soundcloud/queues-world.ts";
import { hostOn } from "../host.ts";
import { putAll } from "../put-all.ts";
import { type Subject, atMost, beside } from "../subject.ts";

const SIZES = [100, 1_000, 20_000] as const;
/** Members that are put at a time. */
const SLICE = 500;
const AT_ONCE = 8;
const TARGETS = 10;
const MEMBERS_A_TRACK = 8;
const CONSIDERED = 20;
/** Who has had the track or the artist. */
const nobody: SupportHistory = { track: new Set(), artist: new Map() };

const { timeout_s } = soundcloudPlatform.lambdas["build-queue"]!;

interface Parts {
  readonly members: number;
  /** Proposed pairs of a track and a supporter. */
  readonly pairs: number;
  readonly filled: number;
  readonly requests: number;
  /** Until the last reading before anything was written. */
  readonly load_s: number;
  /** From then until the first write: the solver, and what makes items of its answer. */
  readonly solve_s: number;
  readonly write_s: number;
}

/** Notes when a build reads and when it writes. */
const stopwatch = () => {
  let [requests, read, wrote] = [0, 0, 0];
  const over = (db: Database): Database => ({
    physical: (table) => db.physical(table),
    send: async (op, pattern, input) => {
      requests += 1;
      const isRead = op === "Get" || op === "Query" || op === "BatchGet";
      if (!isRead && wrote === 0) wrote = performance.now();
      const reply = await db.send(op, pattern, input);
      if (isRead && wrote === 0) read = performance.now();
      return reply;
    },
  });
  return {
    over,
    start: () => void ([requests, read, wrote] = [0, 0, 0]),
    read: () => ({ requests, read, wrote }),
  };
};

/** Members as their creation stores them, put in batches: twenty thousand transactions would take longer than all else. */
const fill = async (world: QueueWorld, members: number): Promise<void> => {
  const settings = await getSettings(world.ctx);
  const genres = [world.genre("Electronic")];
  for (let from = 0; from < members; from += SLICE)
    await putAll(
      world,
      Array.from({ length: Math.min(SLICE, members - from) }, (_, n) => {
        const handle = `artist-${from + n}`;
        const { writes } = newMemberWrites(world.ctx, settings, {
          name: handle,
          emails: [`${handle}@example.com`],
          soundcloud_url: `https://soundcloud.com/${handle}`,
          soundcloud_handle: handle,
          manual_genres: [],
          monthly_submission_limit: 4,
          daily_capacity: 1,
          account: { handle, follower_count: 5_000 },
          genres,
        });
        return writes;
      }).flat(),
    );
};

/** A live proposal for each track, from some members of its own, as the first build of a day would make it from all. Returns how many pairs they propose. */
const propose = async ({ ctx }: QueueWorld, submissions: readonly Submission[]): Promise<number> => {
  const roster = await loadRoster(ctx);
  const proposals = submissions.map((submission, at) => {
    const from = (at * MEMBERS_A_TRACK) % roster.members.length;
    const members = [...roster.members.slice(from), ...roster.members.slice(0, from)].slice(0, CONSIDERED);
    return buildProposal(ctx, { submission, roster: { ...roster, members }, history: nobody, wallet: undefined, count: TARGETS });
  });
  await TargetProposal.putMany(ctx, proposals);
  return proposals.reduce((sum, { proposed_targets }) => sum + proposed_targets.length, 0);
};

/** A second build of a day, whose proposals the first one has made: rows are loaded, solved, and written. */
const measureAt = async (members: number): Promise<Parts> => {
  const watch = stopwatch();
  const world = await queueWorld({ host: await hostOn(watch.over) });
  try {
    await fill(world, members);
    const client = await world.clientOf("Bench Records");
    const tracks = Array.from({ length: Math.ceil(members / MEMBERS_A_TRACK) });
    const submissions = await inParallel(tracks, AT_ONCE, () => world.submission({ client_id: client.id, status: "approved", target_count: TARGETS }));
    const pairs = await propose(world, submissions);
    await world.build();
    watch.start();
    const began = performance.now();
    const queue = await world.build(world, DAY);
    const { requests, read, wrote } = watch.read();
    const seconds = (ms: number): number => Number((ms / 1000).toFixed(3));
    return {
      members,
      pairs,
      filled: queue.filled_slots,
      requests,
      load_s: seconds(read - began),
      solve_s: seconds(wrote - read),
      write_s: seconds(performance.now() - wrote),
    };
  } finally {
    await world.stop();
  }
};

export const subject: Subject = {
  name: "queue-io",
  title: "The daily queue, from table to table, with a tenth of the solver's pairs",
  about:
    "A build of a day whose proposals are live, through the real job on DynamoDB Local: how long it loads rows, solves and makes items, and writes them, with one track wanted for eight members, all of one genre. That is 1.25 proposed pairs a member, a tenth of what the solver is given beside it: a build reads the proposal and the history of every track, so that ten times as many tracks would take ten times as many requests, of the bench as of the build. Proposals are given, each from members of its own: to make them, the first build of a day looks at every member for every track, which is no part of this. Requests a member must not grow with the org.",
  measure: async () => {
    const dynamo = await startDynamo();
    process.env["DYNAMODB_ENDPOINT"] = dynamo.endpoint;
    try {
      const measured: Parts[] = [];
      for (const size of SIZES) measured.push(await measureAt(size));
      const [small, large, largest] = measured as [Parts, Parts, Parts];
      const growth = ({ requests, members }: Parts): number => requests / members / (small.requests / small.members);
      return {
        figures: [
          beside("queue_load_seconds_1000", large.load_s, "s"),
          beside("queue_write_seconds_1000", large.write_s, "s"),
          beside("queue_load_seconds_20000", largest.load_s, "s, at a tenth of the solver's pairs"),
          beside("queue_write_seconds_20000", largest.write_s, "s, at a tenth of the solver's pairs"),
          beside("queue_function_share_20000", (largest.load_s + largest.solve_s + largest.write_s) / timeout_s, "of the function's time"),
          atMost("queue_requests_growth", Math.max(growth(large), growth(largest)), 1),
        ],
        tables: [{ title: "A build, by its parts", rows: measured.map((parts) => ({ ...parts })) }],
      };
    } finally {
      await dynamo.stop();
    }
  },
};
