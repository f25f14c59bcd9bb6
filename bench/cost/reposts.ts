import { BuildQueue } from "../../events/soundcloud/build-queue.v1.ts";
import { GrantCredits } from "../../events/soundcloud/grant-credits.v1.ts";
import { VerifyProof } from "../../events/soundcloud/verify-proof.v1.ts";
import { buildQueueWorker } from "../../functions/soundcloud/build-queue.worker.ts";
import { creditsApi } from "../../functions/soundcloud/credits.api.ts";
import { grantCreditsWorker } from "../../functions/soundcloud/grant-credits.worker.ts";
import { membersApi } from "../../functions/soundcloud/members.api.ts";
import { outboxJob } from "../../functions/soundcloud/outbox.stream.ts";
import { publishQueueWorker } from "../../functions/soundcloud/publish-queue.worker.ts";
import { queuesApi } from "../../functions/soundcloud/queues.api.ts";
import { submissionsApi } from "../../functions/soundcloud/submissions.api.ts";
import { verifyProofWorker } from "../../functions/soundcloud/verify-proof.worker.ts";
import type { Member } from "../../shared/soundcloud/member/member.ts";
import { soundcloudSystem } from "../../shared/soundcloud/table.ts";
import { DAY, type QueueWorld, queueWorld } from "../../tests/workers/soundcloud/queues-world.ts";
import type { Host, Operation, Scene } from "./measure.ts";
import { requireDone, requireOk } from "./require-ok.ts";

const SUPPORTERS = 10;
/** What a build gives the track of as many supporters: the prices of a build and a publication are divided by it. */
const ASSIGNMENTS = 8;

/** The life of a track and of its supporters, an operation after the other. */
const operations = async (world: QueueWorld): Promise<Operation[]> => {
  const { admin, moderator } = world;
  const artist = await world.member({ followers: 250_000, credits: 9, genres: ["Rock"] });
  const supporters: Member[] = [];
  for (let n = 0; n < SUPPORTERS; n++) supporters.push(await world.member());
  let submission = "";
  const assignments = () => world.assignments();
  const requireAssignments = async (state: "built" | "published"): Promise<void> => {
    const made = (await assignments()).filter(({ published_at }) => state === "built" || published_at !== undefined);
    if (made.length !== ASSIGNMENTS) throw new Error(`${made.length} assignments were ${state}; the price of one is reckoned from ${ASSIGNMENTS}.`);
  };
  const track = { member_id: artist.id, track_url: "https://soundcloud.com/cost-artist/cost-track", family: "Electronic" };
  return [
    { title: "a member read", http: 1, run: async () => void (await requireOk(moderator.api.get(`/soundcloud/members/${artist.id}`))) },
    { title: "a page of 10 members", http: 1, run: async () => void (await requireOk(moderator.api.get("/soundcloud/members", { query: { limit: 10 } }))) },
    { title: "a wallet read", http: 1, run: async () => void (await requireOk(moderator.api.get(`/soundcloud/members/${artist.id}/wallet`))) },
    {
      title: "a correction of credits",
      http: 1,
      run: async () => void (await requireOk(admin.api.post(`/soundcloud/members/${artist.id}/credits/adjust`, { amount: -1, reason: "Correction." }))),
    },
    {
      title: "a submission",
      http: 1,
      run: async () => {
        submission = (await requireOk(moderator.api.post("/soundcloud/submissions", track))).id;
      },
    },
    { title: "an approval", http: 1, run: async () => void (await requireOk(moderator.api.post(`/soundcloud/submissions/${submission}/approve`))) },
    {
      title: "a queue's build, an assignment",
      count: ASSIGNMENTS,
      workers: 1,
      run: async (aside) => {
        requireDone(await world.deliver(buildQueueWorker, [world.message(BuildQueue, { date: DAY })]));
        await aside(() => requireAssignments("built"));
      },
    },
    {
      title: "publication, an assignment",
      count: ASSIGNMENTS,
      http: 2,
      run: async (aside) => {
        await requireOk(moderator.api.post(`/soundcloud/queues/${DAY}/approve`));
        await requireOk(moderator.api.post(`/soundcloud/queues/${DAY}/publish`));
        const workers = await world.drain(publishQueueWorker);
        await aside(() => requireAssignments("published"));
        return { workers };
      },
    },
    {
      title: "a proof",
      http: 1,
      run: async (aside) => {
        const [one] = await aside(assignments);
        await world.repost(
          supporters.find(({ id }) => id === one!.supporter_id)!,
          one!.track_url,
        );
        await requireOk(moderator.api.post(`/soundcloud/queue-assignments/${one!.id}/proof`, { proof_url: "https://soundcloud.com/somebody/reposts" }));
      },
    },
    {
      title: "its verification and payment",
      workers: 1,
      run: async (aside) => {
        const [one] = await aside(assignments);
        requireDone(await world.deliver(verifyProofWorker, [world.message(VerifyProof, { assignment_id: one!.id })]));
        const { status } = await aside(() => world.assignment(one!.id));
        if (status !== "completed") throw new Error(`The assignment is ${status}.`);
      },
    },
    {
      title: "a month's grant, a member",
      count: SUPPORTERS + 1,
      workers: 1,
      run: async () => requireDone(await world.deliver(grantCreditsWorker, [world.message(GrantCredits, { month: "2026-12" })])),
    },
  ];
};

/** The repost network: credits, submissions, queues and proofs. */
export const reposts = async (host: Host): Promise<Scene> => {
  const world = await queueWorld({ apis: [creditsApi, membersApi, queuesApi, submissionsApi], host });
  return { world, outbox: { system: soundcloudSystem, job: outboxJob }, operations: await operations(world), stop: () => world.stop() };
};
