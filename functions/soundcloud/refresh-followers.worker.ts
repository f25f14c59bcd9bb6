import { RefreshFollowers } from "../../events/soundcloud/refresh-followers.v1.ts";
import { jobOnLambda } from "../../shared/kernel/job-on-lambda.ts";
import { openCommands } from "../../shared/kernel/queue/sqs.ts";
import { worker } from "../../shared/kernel/queue/worker.ts";
import { refreshFollowers } from "../../shared/soundcloud/member/refresh-followers.ts";
import { openSoundCloud } from "../../shared/soundcloud/soundcloud/open-soundcloud.ts";

export const refreshFollowersWorker = worker(RefreshFollowers, { ports: { commands: openCommands, soundcloud: openSoundCloud } }, (ctx, order) =>
  refreshFollowers(ctx, order),
);
export const handler = jobOnLambda(refreshFollowersWorker);
