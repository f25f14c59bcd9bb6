import { ResolveTrack } from "../../../events/soundcloud/resolve-track.v1.ts";
import { resolveTrackWorker } from "../../../functions/soundcloud/resolve-track.worker.ts";
import { control } from "../../integration/providers/support.ts";
import { submissionOf, unresolvedLink } from "../../workers/soundcloud/queues-world.ts";
import { crashCase, requireDone } from "./crash-case.ts";
import { gatedQueues } from "./queue-state.ts";

let tracks = 0;

/** A short link that leads to a track which the client has submitted under its own address before: it is resolved, taken up and flagged. */
export const resolveTrackCrash = crashCase("resolving a track", {
  place: gatedQueues,
  start: async (world) => {
    const org = await world.org();
    const client = await org.clientOf("Label");
    const slug = `crash-night-${(tracks += 1)}`;
    const short = `https://on.soundcloud.com/Crash${tracks}`;
    await control(world.sandbox.url, "PUT", "short-links", { code: `Crash${tracks}`, url: `https://soundcloud.com/jane/${slug}` });
    const first = await org.submission({ client_id: client.id, status: "approved", artist: "jane", slug });
    world.restart();
    await requireDone(world.deliver(resolveTrackWorker, [org.message(ResolveTrack, { submission_id: first.id })]));
    const second = await org.submission({
      client_id: client.id,
      ...unresolvedLink(short),
      dedupe_key: `${client.id}#${short}`,
    });
    return { org, slug, second, order: org.message(ResolveTrack, { submission_id: second.id }) };
  },
  run: (world, { order }) => {
    world.restart();
    return requireDone(world.deliver(resolveTrackWorker, [order]));
  },
  state: async (_, { org, slug, second }) => {
    const { status, qa_reason, track_kind, track_url, track_urn, track_key, version } = await submissionOf(org, second.id);
    return { status, qa_reason, track_kind, leads: track_url.endsWith(slug), keyed: track_key === track_urn, version };
  },
  ends: { status: "qa_flag", qa_reason: "duplicate_track", track_kind: "track", leads: true, keyed: true },
  stop: (world) => world.stop(),
});
