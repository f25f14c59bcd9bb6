import { PublishQueue } from "../../../events/soundcloud/publish-queue.v1.ts";
import { publishQueueWorker } from "../../../functions/soundcloud/publish-queue.worker.ts";
import { DAY, submissionOf, typesOf } from "../../workers/soundcloud/queues-world.ts";
import { crashCase, requireDone } from "./crash-case.ts";
import { creditsOf, differencesOf, gatedQueues, queueOf } from "./queue-state.ts";

/** Two assignments of an artist who can pay one of them by now: one is bound, the other passed over. */
export const publishQueueCrash = crashCase("a publication", {
  place: gatedQueues,
  start: async (world) => {
    const org = await world.org();
    const artist = await org.member({ credits: 2, genres: ["Rock"] });
    for (let n = 0; n < 3; n++) await org.member();
    const submission = await org.submission({ member_id: artist.id, status: "approved", target_count: 2 });
    await world.build(org);
    await org.setCredits(artist.id, 1);
    await org.admin.api.post(`/soundcloud/queues/${DAY}/approve`);
    await org.admin.api.post(`/soundcloud/queues/${DAY}/publish`);
    return { org, artist, submission, order: org.message(PublishQueue, { date: DAY }) };
  },
  run: (world, { order }) => requireDone(world.deliver(publishQueueWorker, [order])),
  state: async (world, { org, artist, submission }) => {
    const { status, filled_slots, empty_counts } = await queueOf(org);
    const { supported_count } = await submissionOf(org, submission.id);
    const ends = (await world.assignments(org)).map((one) => [one.status, one.skip_reason, one.published_on]);
    const credits = await creditsOf(org, [artist.id]);
    return { status, filled_slots, empty_counts, credits, supported_count, ends, books: await differencesOf(org), types: await typesOf(org) };
  },
  ends: { status: "published", filled_slots: 1, credits: [{ balance: 1, reserved: 1 }], supported_count: 1, books: [] },
  stop: (world) => world.stop(),
});
