import { ErasePerson } from "../../../events/soundcloud/erase-person.v1.ts";
import { erasePersonWorker } from "../../../functions/soundcloud/erase-person.worker.ts";
import { QueueAssignment } from "../../../shared/soundcloud/queue/queue-assignment.ts";
import { dumpSoundcloud } from "../soundcloud.ts";
import { CANARIES, lived, personWorld, submissionsOf } from "../../workers/soundcloud/person-world.ts";
import { startUploads } from "../../workers/soundcloud/import-world.ts";
import { memberOf, typesOf } from "../../workers/soundcloud/queues-world.ts";
import { crashCase, requireDone } from "./crash-case.ts";
import { creditsOf, differencesOf } from "./queue-state.ts";

/** The erasure of a member with something of everything. */
export const erasePersonCrash = crashCase("an erasure", {
  place: async (gate) => {
    const { files, stop } = await startUploads();
    const world = await personWorld(files, { gate });
    return { ...world, stop: () => Promise.all([world.stop(), stop()]).then(() => undefined) };
  },
  start: async (world) => {
    const org = await world.org();
    const life = await lived(world, org);
    const { version } = await memberOf(org, life.ada.id);
    await org.admin.api.post(`/soundcloud/members/${life.ada.id}/erase`, undefined, { version });
    return { org, life, order: org.message(ErasePerson, { member_id: life.ada.id }) };
  },
  run: (world, { order }) => requireDone(world.deliver(erasePersonWorker, [order])),
  state: async (world, { org, life }) => {
    const { erasing, genre_pairs, avoided_handles, completed_count, skipped_count } = await memberOf(org, life.ada.id);
    const submissions = (await submissionsOf(org, life.ada.id)).map(({ status, track_url, demand_since }) => [status, track_url, demand_since]);
    const ended = await QueueAssignment.getMany(org.ctx, [...Object.values(life.own), ...Object.values(life.support)] as QueueAssignment[], {
      consistent: true,
    });
    const texts = JSON.parse(await dumpSoundcloud(world))
      .flat()
      .map((item: unknown) => JSON.stringify(item))
      .filter((text: string) => text.includes(org.org_id) && CANARIES.some((canary) => text.toLowerCase().includes(canary)));
    return {
      member: { erasing, genre_pairs, avoided_handles, completed_count, skipped_count },
      submissions,
      ended: ended.map(({ status, check, track_url, proof_url }) => [status, check, track_url === "https://erased.invalid/", proof_url !== undefined]),
      texts: texts.length,
      credits: await creditsOf(org, [life.ada.id, ...ended.map(({ supporter_id }) => supporter_id)]),
      books: await differencesOf(org),
      types: await typesOf(org),
    };
  },
  ends: { member: { erasing: undefined, genre_pairs: [], avoided_handles: [] }, texts: 0, books: [] },
  stop: (world) => world.stop(),
  alone: true,
});
