import { Member } from "../../../shared/soundcloud/member/member.ts";
import { type Paid, type QueueWorld, paid, prove, submissionOf, typesOf } from "../../workers/soundcloud/queues-world.ts";
import { creditsOf, differencesOf } from "./queue-state.ts";

/** One assignment, reposted and proven, of a track that SoundCloud was not asked about before. */
export const proven = async (world: QueueWorld): Promise<Paid> => {
  const all = await paid(world);
  await world.repost(all.supporter, all.submission.track_url);
  await prove(all.org, all.assignment);
  return all;
};

/** Everything that a verification or a refund touches. */
export const settledState = async (world: QueueWorld, { org, artist, supporter, submission, assignment }: Paid): Promise<object> => {
  const { status, verified_by, check, refunded_at } = await world.assignment(assignment.id, org);
  const { credits_consumed, supported_count, demand_since, track_urn } = await submissionOf(org, submission.id);
  const { completed_count } = await Member.get(org.ctx, { org_id: org.org_id, id: supporter.id }, { consistent: true });
  return {
    assignment: { status, verified_by, check, refunded_at },
    submission: { credits_consumed, supported_count, demand_since, resolved: track_urn !== undefined },
    completed_count,
    credits: await creditsOf(org, [artist.id, supporter.id]),
    books: await differencesOf(org),
    types: await typesOf(org),
  };
};
