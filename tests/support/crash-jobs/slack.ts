import { PostToSlack } from "../../../events/soundcloud/post-to-slack.v1.ts";
import { postToSlackWorker } from "../../../functions/soundcloud/post-to-slack.worker.ts";
import { slackWorld } from "../../workers/soundcloud/slack-world.ts";
import { crashCase, requireDone } from "./crash-case.ts";

/** Stopped between the post and its note it is posted again: Slack knows no repetition. It counts that it is posted, and noted once. */
export const postToSlackCrash = crashCase("a message to Slack", {
  place: (gate) => slackWorld({ gate }),
  start: async (world) => {
    const { org, path } = await world.connected();
    return { org, path, order: org.message(PostToSlack, { fact: "complaint-received", data: { complaint_id: world.ids.uuid() } }) };
  },
  run: (world, { order }) => {
    world.restart();
    return requireDone(world.deliver(postToSlackWorker, [order]));
  },
  state: async (world, { org, path }) => {
    const { last_success_at, consecutive_failures } = await world.statusOf(org);
    return { posted: (await world.posted(path)).length > 0, noted: last_success_at !== undefined, consecutive_failures };
  },
  ends: { posted: true, noted: true, consecutive_failures: 0 },
  stop: (world) => world.stop(),
});
