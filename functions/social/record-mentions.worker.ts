import { RecordMentions } from "../../events/social/record-mentions.v1.ts";
import { jobOnLambda } from "../../shared/kernel/job-on-lambda.ts";
import { worker } from "../../shared/kernel/queue/worker.ts";
import { recordMentions } from "../../shared/social/trend/record-mentions.ts";

/** One record at a time: several about one topic would stand in each other's way. */
export const recordMentionsWorker = worker(RecordMentions, { ports: {}, parallel: 1 }, (ctx, { mentions }) => recordMentions(ctx, mentions));
export const handler = jobOnLambda(recordMentionsWorker);
