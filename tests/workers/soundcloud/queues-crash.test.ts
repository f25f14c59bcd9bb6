import { describe, expect, it } from "vitest";
import { BuildQueue } from "../../../events/soundcloud/build-queue.v1.ts";
import { CheckAssignments } from "../../../events/soundcloud/check-assignments.v1.ts";
import { PublishQueue } from "../../../events/soundcloud/publish-queue.v1.ts";
import { buildQueueWorker } from "../../../functions/soundcloud/build-queue.worker.ts";
import { checkAssignmentsWorker } from "../../../functions/soundcloud/check-assignments.worker.ts";
import { publishQueueWorker } from "../../../functions/soundcloud/publish-queue.worker.ts";
import type { Worker } from "../../../shared/kernel/queue/worker.ts";
import { Member } from "../../../shared/soundcloud/member/member.ts";
import { Queue } from "../../../shared/soundcloud/queue/queue.ts";
import { reconcileOrg } from "../../../shared/soundcloud/reconcile/reconcile.ts";
import { Submission } from "../../../shared/soundcloud/submission/submission.ts";
import { crashPoints } from "../../support/faults/crash.ts";
import type { SoundcloudOrg } from "../../support/soundcloud.ts";
import { DAY, type QueueWorld, demand, queueWorld } from "./queues-world.ts";

/** Many worlds are made here, one org each. */
const TIMEOUT_MS = 180_000;
const consistent = { consistent: true };

const queueOf = (org: SoundcloudOrg): Promise<Queue> => Queue.get(org.ctx, { org_id: org.org_id, date: DAY }, consistent);
const submissionOf = (org: SoundcloudOrg, id: string): Promise<Submission> => Submission.get(org.ctx, { org_id: org.org_id, id }, consistent);
const typesOf = async (org: SoundcloudOrg): Promise<string[]> => (await org.events()).map(({ type }) => type).toSorted();

/** A job on one order, with what it starts from and what it must end in; every nth of its calls is tried. */
interface Case<S> {
  readonly worker: Worker;
  readonly every: number;
  start(world: QueueWorld, org: SoundcloudOrg): Promise<{ order: string } & S>;
  state(world: QueueWorld, org: SoundcloudOrg, started: S): Promise<unknown>;
}

const survives = async <S>({ worker, every, start, state }: Case<S>): Promise<number> => {
  let world: QueueWorld | undefined;
  const { points } = await crashPoints({
    every,
    world: async (gate) => {
      world ??= await queueWorld({ wrap: gate.wrap });
      const org = await world.org();
      return { world, org, started: await start(world, org) };
    },
    run: async ({ world: place, started }) => {
      if ((await place.deliver(worker, [started.order])) > 0) throw new Error("The record failed and is delivered again.");
    },
    state: ({ world: place, org, started }) => state(place, org, started),
  });
  await world?.stop();
  return points;
};

describe("stopped at any of its calls and started again", () => {
  it(
    "a build ends the same",
    async () => {
      const points = await survives({
        worker: buildQueueWorker,
        every: 6,
        start: async (_, org) => {
          await demand(org, 3, 5);
          return { order: org.message(BuildQueue, { date: DAY }) };
        },
        state: async (world, org) => {
          const { filled_slots, total_slots, empty_counts, unfilled_count } = await queueOf(org);
          const { items } = await Submission.query.openDemand(org.ctx, { org_id: org.org_id });
          const shifted = items.map(({ shift_reason }) => shift_reason);
          return {
            filled_slots,
            total_slots,
            empty_counts,
            unfilled_count,
            assignments: (await world.assignments(org)).length,
            shifted,
            types: await typesOf(org),
          };
        },
      });
      expect(points).toBeGreaterThan(3);
    },
    TIMEOUT_MS,
  );

  it(
    "a publication ends the same",
    async () => {
      const points = await survives({
        worker: publishQueueWorker,
        every: 12,
        start: async (world, org) => {
          const artist = await org.member({ credits: 2, genres: ["Rock"] });
          for (let n = 0; n < 3; n++) await org.member();
          const submission = await org.submission({ member_id: artist.id, status: "approved", target_count: 2 });
          await world.build(org);
          await org.setCredits(artist.id, 1);
          await org.admin.api.post(`/soundcloud/queues/${DAY}/approve`);
          await org.admin.api.post(`/soundcloud/queues/${DAY}/publish`);
          return { artist, submission, order: org.message(PublishQueue, { date: DAY }) };
        },
        state: async (world, org, { artist, submission }) => {
          const { status, filled_slots, empty_counts } = await queueOf(org);
          const { reserved, balance } = await org.wallet(artist.id);
          const { supported_count } = await submissionOf(org, submission.id);
          const ends = (await world.assignments(org)).map((one) => [one.status, one.skip_reason, one.published_on]);
          const books = (await reconcileOrg(org.ctx)).differences;
          return { status, filled_slots, empty_counts, reserved, balance, supported_count, ends, books, types: await typesOf(org) };
        },
      });
      expect(points).toBeGreaterThan(3);
    },
    TIMEOUT_MS,
  );

  it(
    "a verification ends the same",
    async () => {
      let bands = 0;
      const points = await survives({
        worker: checkAssignmentsWorker,
        every: 12,
        start: async (world, org) => {
          const artist = await org.member({ credits: 3, genres: ["Rock"] });
          const supporter = await org.member();
          const submission = await org.submission({ member_id: artist.id, status: "approved", target_count: 1, artist: `crash-band-${(bands += 1)}` });
          await world.build(org);
          const [assignment] = await world.publish(org);
          await world.repost(supporter, submission.track_url);
          await org.admin.api.post(`/soundcloud/queue-assignments/${assignment!.id}/proof`, { proof_url: "https://soundcloud.com/somebody" });
          world.sent.splice(0);
          return { artist, supporter, submission, assignment: assignment!, order: org.message(CheckAssignments, { due_until: "2099-01-01T00:00:00.000Z" }) };
        },
        state: async (world, org, { artist, supporter, submission, assignment }) => {
          const { status, verified_by, check } = await world.assignment(assignment.id, org);
          const wallets = await Promise.all([artist, supporter].map(({ id }) => org.wallet(id)));
          const { credits_consumed, track_urn } = await submissionOf(org, submission.id);
          const { completed_count } = await Member.get(org.ctx, { org_id: org.org_id, id: supporter.id }, consistent);
          const books = (await reconcileOrg(org.ctx)).differences;
          const credits = wallets.map(({ balance, reserved, held, seq }) => [balance, reserved, held, seq]);
          return {
            status,
            verified_by,
            check,
            credits,
            credits_consumed,
            resolved: track_urn !== undefined,
            completed_count,
            books,
            types: await typesOf(org),
          };
        },
      });
      expect(points).toBeGreaterThan(3);
    },
    TIMEOUT_MS,
  );
});
