import { Member } from "../../../shared/soundcloud/member/member.ts";
import type { QueueAssignment } from "../../../shared/soundcloud/queue/queue-assignment.ts";
import type { Submission } from "../../../shared/soundcloud/submission/submission.ts";
import type { QueueWorld } from "../../workers/soundcloud/queues-world.ts";
import type { SoundcloudOrg } from "../soundcloud.ts";
import { creditsOf, differencesOf, submissionOf, typesOf } from "./queue-state.ts";

let bands = 0;

/** One assignment, reposted and proven, of a track that SoundCloud was not asked about before. */
export const proven = async (world: QueueWorld) => {
  const org = await world.org();
  const artist = await org.member({ credits: 3, genres: ["Rock"] });
  const supporter = await org.member();
  const submission = await org.submission({ member_id: artist.id, status: "approved", target_count: 1, artist: `crash-band-${(bands += 1)}` });
  await world.build(org);
  const [assignment] = await world.publish(org);
  await world.repost(supporter, submission.track_url);
  await org.admin.api.post(`/soundcloud/queue-assignments/${assignment!.id}/proof`, { proof_url: "https://soundcloud.com/somebody" });
  world.sent.splice(0);
  return { org, artist, supporter, submission, assignment: assignment! };
};

interface Proven {
  readonly org: SoundcloudOrg;
  readonly artist: Member;
  readonly supporter: Member;
  readonly submission: Submission;
  readonly assignment: QueueAssignment;
}

/** Everything that a verification or a refund touches. */
export const settledState = async (world: QueueWorld, { org, artist, supporter, submission, assignment }: Proven): Promise<object> => {
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
